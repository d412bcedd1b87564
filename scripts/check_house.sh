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

MAX_LINES=500
declare -A MAY_INCLUDE=(
  [base]="base"
  [materials]="base materials"
  [meshes]="base meshes"
  [solver]="base materials meshes solver"
  [postprocess]="base materials meshes solver postprocess"
  [cases]="base materials meshes cases"
  [app]="base materials meshes solver postprocess cases app"
)

cd "$ROOT"
FAULTS=0
N_FILES=0
fault()
{
  echo "$1"
  FAULTS=$((FAULTS + 1))
}

for room in base materials meshes solver postprocess cases app; do
  while IFS= read -r file; do
    N_FILES=$((N_FILES + 1))
    while IFS=: read -r line included; do
      if [[ " ${MAY_INCLUDE[$room]} " != *" ${included%%/*} "* ]]; then
        fault "$file:$line: $room must not include \"$included\" (allowed: ${MAY_INCLUDE[$room]})"
      fi
    done < <(sed -nE '/^[[:space:]]*#[[:space:]]*include[[:space:]]+"/{=;s/^[^"]*"([^"]*)".*/\1/p}' "$file" | paste -d: - -)
    # An include of our own rooms in angle brackets would slip through.
    while IFS= read -r line; do
      fault "$file:$line: headers of the house are included with quotes"
    done < <(grep -nE '#[[:space:]]*include[[:space:]]+<(base|materials|meshes|solver|postprocess|cases|app)/' "$file" | cut -d: -f1)
  done < <(find "$room" -type f \( -name '*.cc' -o -name '*.h' \) | sort)
  while IFS= read -r file; do
    lines=$(wc -l <"$file")
    if [ "$lines" -gt $MAX_LINES ]; then
      fault "$file: $lines lines, more than $MAX_LINES"
    fi
  done < <(find "$room" -type f \( -name '*.cc' -o -name '*.h' -o -name '*.in' -o -name '*.py' -o -name '*.sh' -o -name CMakeLists.txt \) | sort)
done
[ "$FAULTS" = 0 ] || fail "$FAULTS fault(s) against the rules of the house"
say "$N_FILES files keep the rules of the house"
