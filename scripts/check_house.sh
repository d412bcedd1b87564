#!/usr/bin/env bash
# Checks the rules of the house: who may include whom, and that no file of a room is longer than 500 lines.
#
# usage: scripts/check_house.sh [--help]
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

case ${1:-} in
  '') ;;
  -h | --help) print_help "${BASH_SOURCE[0]}"; exit 0 ;;
  *) fail "unknown option $1; see scripts/check_house.sh --help" 2 ;;
esac

cd "$ROOT"
ROOMS=(base materials meshes solver postprocess cases app)

# Every include of a room's file, as FILE:LINE:TEXT. In angle brackets one of our own would slip through.
includes()
{
  grep -rnE --include='*.cc' --include='*.h' '^[[:space:]]*#[[:space:]]*include[[:space:]]*["<]' "${ROOMS[@]}" | awk -F: '
    BEGIN {
      allowed["base"] = "base"
      allowed["materials"] = "base materials"
      allowed["meshes"] = "base meshes"
      allowed["solver"] = "base materials meshes solver"
      allowed["postprocess"] = "base materials meshes solver postprocess"
      allowed["cases"] = "base materials meshes cases"
      allowed["app"] = "base materials meshes solver postprocess cases app"
    }
    {
      split($1, path, "/")
      split($3, part, /["<>]/)
      split(part[2], target, "/")
      if ($3 ~ /</) {
        if (target[1] in allowed && part[2] ~ /\//)
          print $1 ":" $2 ": headers of the house are included with quotes"
      } else if (index(" " allowed[path[1]] " ", " " target[1] " ") == 0)
        print $1 ":" $2 ": " path[1] " must not include \"" part[2] "\" (allowed: " allowed[path[1]] ")"
    }'
}

long_files()
{
  find "${ROOMS[@]}" -type f \( -name '*.cc' -o -name '*.h' -o -name '*.in' -o -name '*.py' -o -name '*.sh' -o \
    -name CMakeLists.txt \) -exec wc -l {} + | awk '$2 != "total" && $1 > 500 { print $2 ": " $1 " lines, more than 500" }'
}

FAULTS=$(includes; long_files)
if [ -n "$FAULTS" ]; then
  echo "$FAULTS"
  fail "$(wc -l <<<"$FAULTS") fault(s) against the rules of the house"
fi
say "$(find "${ROOMS[@]}" -type f \( -name '*.cc' -o -name '*.h' \) | wc -l) files keep the rules of the house"
