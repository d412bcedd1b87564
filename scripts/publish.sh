#!/usr/bin/env bash
# Solves anew what README.md, docs and cases print. What is current is kept: a step is run again when its command, a study or
# data file of the tree, or the program is another one than when it last came to its end
# (results/published/STEP.fingerprint). Results lie in results/published/STEP, the command's output in STEP.log beside it.
#
# usage: scripts/publish.sh [--list] [--again] [--check | --store] [--output FOLDER] [--program PATH] [STEP ...]
#
#   --list       the steps and whether each is current; nothing is solved
#   --again      run the steps named (or all) even if they are current
#   --check      hold the figures of each step against those that are published (tests/nightly/published/STEP.csv)
#   --store      let them be the published ones
#   --output     instead of results/published
#   --program    the command (default build/release/bin/lumbarfem)
#   STEP         quickstart, disc, six-directions, validation, cement, sensitivity, convergence (default: all, in this order)
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

PROGRAM=$ROOT/build/release/bin/lumbarfem
LIST=no AGAIN=no FIGURES=() OUTPUT=results/published
ALL=(quickstart disc six-directions validation cement sensitivity convergence)
STEPS=()
while [ $# -gt 0 ]; do
  case $1 in
    --list) LIST=yes ;;
    --again) AGAIN=yes ;;
    --check) FIGURES=(python3 tests/nightly/published_figures.py) ;;
    --store) FIGURES=(python3 tests/nightly/published_figures.py --store) ;;
    --output)
      OUTPUT=$(realpath -m "${2:?--output needs a folder}")
      shift
      ;;
    --program)
      PROGRAM=$(realpath "${2:?--program needs a path}")
      shift
      ;;
    -h | --help) print_help "${BASH_SOURCE[0]}"; exit 0 ;;
    -*) fail "unknown option $1; see scripts/publish.sh --help" 2 ;;
    *)
      [[ " ${ALL[*]} " == *" $1 "* ]] || fail "unknown step $1; steps are ${ALL[*]}" 2
      STEPS+=("$1")
      ;;
  esac
  shift
done
[ "${#STEPS[@]}" -gt 0 ] || STEPS=("${ALL[@]}")
cd "$ROOT"
[ -x "$PROGRAM" ] || fail "$PROGRAM is not there; build it or name it with --program"

# command_of STEP: the words of its command, in WORDS.
command_of()
{
  case $1 in
    quickstart) WORDS=(run cases/fused-vs-dynamic/study.toml --direction flexion --protocol hybrid) ;;
    disc) WORDS=(run cases/calibration-disc/study.toml) ;;
    six-directions) WORDS=(run cases/fused-vs-dynamic/study.toml --protocol hybrid --set output.fields=false) ;;
    validation) WORDS=(validate) ;;
    cement) WORDS=(run cases/cement-volume/study.toml --set output.fields=false) ;;
    sensitivity) WORDS=(run cases/sensitivity/study.toml --set output.fields=false) ;;
    convergence) WORDS=(convergence cases/mesh-convergence/study.toml) ;;
  esac
}

# What decides the figures of a step: its command, and the content of program, studies and shipped materials.
fingerprint()
{
  command_of "$1"
  {
    printf '%s\n' "${WORDS[@]}"
    find cases materials meshes -type f \( -name '*.toml' -o -name '*.csv' -o -name '*.dat' \) -print0 | sort -z |
      xargs -0 sha256sum
    sha256sum <"$PROGRAM"
  } | sha256sum | cut -d' ' -f1
}

is_current()
{
  local folder=$OUTPUT/$1
  [ -s "$folder.fingerprint" ] && [ "$(cat "$folder.fingerprint")" = "$(fingerprint "$1")" ] &&
    grep -q '"state": *"complete"' "$folder/manifest.json" 2>/dev/null
}

# Checks or stores the figures of a step, where that is asked for.
hold_figures()
{
  [ "${#FIGURES[@]}" = 0 ] || "${FIGURES[@]}" "$1" "$OUTPUT/$1" || FAILED+=("$1")
}

mkdir -p "$OUTPUT"
FAILED=()
for step in "${STEPS[@]}"; do
  command_of "$step"
  if [ "$LIST" = yes ]; then
    is_current "$step" && word=current || word='to be run'
    printf '%-15s %-10s lumbarfem %s\n' "$step" "$word" "${WORDS[*]}"
    continue
  fi
  if [ "$AGAIN" = no ] && is_current "$step"; then
    say "$step is current: $OUTPUT/$step"
    hold_figures "$step"
    continue
  fi
  say "$step: lumbarfem ${WORDS[*]}"
  start=$SECONDS
  before=$(fingerprint "$step")
  if "$PROGRAM" "${WORDS[@]}" --output "$OUTPUT/$step" </dev/null >"$OUTPUT/$step.log" 2>&1; then
    echo "$before" >"$OUTPUT/$step.fingerprint"
    say "$step took $((SECONDS - start)) s: $OUTPUT/$step, log beside it"
    hold_figures "$step"
  else
    tail -n 5 "$OUTPUT/$step.log" >&2
    FAILED+=("$step")
  fi
done
[ "${#FAILED[@]}" = 0 ] || fail "not finished, or with other figures: ${FAILED[*]}; the logs are $OUTPUT/STEP.log"
