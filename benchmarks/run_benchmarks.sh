#!/usr/bin/env bash
# Prints seconds for one Newton iteration by phase, for three sizes of the study cases/fused-vs-dynamic (intact, flexion)
# on one and two ranks, and the comparison with CalculiX if its program is given. Wants a quiet machine.
#
# usage: benchmarks/run_benchmarks.sh [--program PATH] [--ranks "1 2"] [--sizes "small middle large"]
#                                     [--against-calculix PATH] [--help]
#
#   --program            the command (default build/release/bin/lumbarfem)
#   --ranks              numbers of MPI ranks (default "1 2")
#   --sizes              small: 20k unknowns, middle: 77k, large: 183k (default all three)
#   --against-calculix   the program benchmarks/against_calculix of a build with LUMBARFEM_BENCHMARKS=ON
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../scripts/common.sh"

PROGRAM=$ROOT/build/release/bin/lumbarfem
RANKS="1 2" SIZES="small middle large" CALCULIX=
while [ $# -gt 0 ]; do
  case $1 in
    --program) PROGRAM=${2:?--program needs a path} ;;
    --ranks) RANKS=${2:?--ranks needs numbers} ;;
    --sizes) SIZES=${2:?--sizes needs words} ;;
    --against-calculix) CALCULIX=${2:?--against-calculix needs a path} ;;
    -h | --help) print_help "${BASH_SOURCE[0]}"; exit 0 ;;
    *) fail "unknown option $1; see benchmarks/run_benchmarks.sh --help" 2 ;;
  esac
  shift 2
done
[ -x "$PROGRAM" ] || fail "$PROGRAM is not there; build it or name it with --program"

SCRATCH=$(mktemp -d)
trap 'rm -rf "$SCRATCH"' EXIT

print_machine()
{
  local load
  load=$(cut -d' ' -f1 /proc/loadavg)
  echo "machine: $(env -u OMP_NUM_THREADS nproc) core(s), $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
  echo "load before the start: $load$(awk -v l="$load" 'BEGIN {if (l > 0.5) print " (not quiet: times will be too long)"}')"
}

# solve SIZE RANKS: one run; its row of the table.
solve()
{
  local size=$1 ranks=$2 levels resolution folder=$SCRATCH/$1-$2
  local launcher=()
  case $size in
    small) levels=L4-L5 resolution=14 ;;
    middle) levels=L3-L5 resolution='"default"' ;;
    large) levels=L1-S1 resolution='"default"' ;;
    *) fail "unknown size $size; sizes are small, middle and large" 2 ;;
  esac
  [ "$ranks" = 1 ] || launcher=(mpirun --bind-to none -np "$ranks")
  if ! "${launcher[@]}" "$PROGRAM" run "$ROOT/cases/fused-vs-dynamic/study.toml" --variant intact --direction flexion \
    --protocol load_control --set "spine.levels=\"$levels\"" --set "mesh.resolution=$resolution" \
    --set output.fields=false --set loading.follower_load_N=100 --set loading.moment_Nm=1 \
    --set loading.preload_steps=1 --set loading.moment_steps=1 --output "$folder" >"$folder.log" 2>&1 </dev/null; then
    tail -n 3 "$folder.log" >&2
    fail "the run $size on $ranks rank(s) failed"
  fi
  python3 -B "$ROOT/benchmarks/table_row.py" "$folder/intact/summary.json" "$folder.log"
}

print_machine
FIRST=yes
for size in $SIZES; do
  for ranks in $RANKS; do
    row=$(solve "$size" "$ranks")
    if [ $FIRST = yes ]; then
      head -n 1 <<<"$row"
      echo
      echo "Seconds for one Newton iteration"
      echo
      echo "| unknowns | ranks | Newton | factorisations | assembly | factor | solve | all phases | s per factorisation | run, s | GiB |"
      echo "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
      FIRST=no
    fi
    tail -n 1 <<<"$row"
  done
done
if [ -n "$CALCULIX" ]; then
  echo
  echo "The same block with plain trilinear elements in CalculiX, one thread each"
  echo
  "$CALCULIX"
fi
