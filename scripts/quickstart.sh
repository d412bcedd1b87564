#!/usr/bin/env bash
# From a fresh clone to a result: sets up, builds and solves the study cases/fused-vs-dynamic in flexion under
# the hybrid protocol, prints its table and tells where the results lie. Works from any working directory.
#
# usage: scripts/quickstart.sh [--coarse] [--jobs N] [--again] [--no-setup] [--help]
#
#   --coarse     on the coarse mesh, several times faster; results/fused-vs-dynamic-coarse
#   --jobs N     variants to solve side by side (default: as many as cores and memory allow)
#   --again      solve again even if the results are newer than program and study
#   --no-setup   do not look for missing packages
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

JOBS=() AGAIN=no SETUP=yes
OUTPUT=results/fused-vs-dynamic
SETTINGS=()
while [ $# -gt 0 ]; do
  case $1 in
    --again) AGAIN=yes ;;
    --coarse)
      OUTPUT=results/fused-vs-dynamic-coarse
      SETTINGS=(--set mesh.resolution=coarse)
      ;;
    --no-setup) SETUP=no ;;
    --jobs)
      require_count --jobs "${2:-}"
      JOBS=(--jobs "$2")
      shift
      ;;
    -h | --help) print_help "${BASH_SOURCE[0]}"; exit 0 ;;
    *) fail "unknown option $1; see scripts/quickstart.sh --help" 2 ;;
  esac
  shift
done

cd "$ROOT"
STUDY=cases/fused-vs-dynamic/study.toml
PROGRAM=build/release/bin/lumbarfem
TABLE=$OUTPUT/quickstart.txt # written at the end of a run that went well

if [ "$SETUP" = yes ]; then
  scripts/setup.sh
fi
build_preset release lumbarfem

# The run that the folder holds now, and the one that the kept table is of: another run there makes the table worthless.
run_of_folder() { sed -n 's/^ "run": "\([0-9a-f]*\)",$/\1/p' "$OUTPUT/manifest.json" 2>/dev/null; }
is_table_of_folder() { [ -n "$(run_of_folder)" ] && grep -q "run $(run_of_folder)," "$TABLE" 2>/dev/null; }

if [ "$AGAIN" = no ] && [ "$TABLE" -nt "$PROGRAM" ] && [ "$TABLE" -nt "$STUDY" ] && is_table_of_folder; then
  say "already solved, results are newer than program and study (--again solves anew)"
  cat "$TABLE"
else
  say "solving $STUDY in flexion"
  PRINTED=$(mktemp)
  trap 'rm -f "$PRINTED"' EXIT
  "$PROGRAM" run "$STUDY" --direction flexion --protocol hybrid "${JOBS[@]}" --output "$OUTPUT" "${SETTINGS[@]}" \
    </dev/null |
    tee "$PRINTED"
  # The table is what follows the first empty line.
  sed '1,/^$/d' "$PRINTED" >"$TABLE"
fi

say "results"
printf '%s\n' \
  "  $ROOT/$OUTPUT/results.csv           every measure of every step" \
  "  $ROOT/$OUTPUT/report.html           the page to look at: tables, curves, 3D view" \
  "  $ROOT/$OUTPUT/<variant>/            summary.json, results.csv and fields for ParaView (<direction>/spine.pvd)"
