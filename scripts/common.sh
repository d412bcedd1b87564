# Shared by the scripts of this folder: folders, messages, settings of the environment. Sourced, not run.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export ROOT

# mpirun refuses root and more ranks than cores unless told otherwise; one BLAS thread per rank.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
export OMPI_MCA_mpi_yield_when_idle=1
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1

say() { printf '== %s\n' "$*"; }

fail()
{
  printf 'error: %s\n' "$1" >&2
  exit "${2:-1}"
}

# The comment at the head of a script is its help.
print_help() { sed -n '2,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$1"; }

# How many compilers may run side by side: one a core, but no more than memory allows (1.5 GB measured, 1.8 GB each to
# be safe); CMAKE_BUILD_PARALLEL_LEVEL in the environment overrules both.
compile_jobs()
{
  local cores memory_jobs
  if [ -n "${CMAKE_BUILD_PARALLEL_LEVEL:-}" ]; then
    echo "$CMAKE_BUILD_PARALLEL_LEVEL"
    return
  fi
  cores=$(env -u OMP_NUM_THREADS nproc) # nproc heeds that variable
  memory_jobs=$(awk '/MemAvailable/ {print int($2 / 1900000)}' /proc/meminfo)
  [ "$memory_jobs" -ge 1 ] || memory_jobs=1
  [ "$cores" -le "$memory_jobs" ] && echo "$cores" || echo "$memory_jobs"
}

# A number from 1 on, or a message with the option's name.
require_count()
{
  [[ $2 =~ ^[1-9][0-9]*$ ]] || fail "$1 needs a whole number from 1 on, not \"$2\"" 2
}

# build_preset PRESET TARGET [cmake options]: configures and builds build/PRESET.
build_preset()
{
  local preset=$1 target=$2 jobs messages start=$SECONDS
  shift 2
  jobs=$(compile_jobs)
  say "configuring build/$preset"
  if ! messages=$(cd "$ROOT" && cmake --preset "$preset" "$@" 2>&1); then
    printf '%s\n' "$messages" >&2
    fail "the configuration failed; its messages stand above"
  fi
  say "building build/$preset with $jobs compiler(s) side by side"
  cmake --build "$ROOT/build/$preset" --target "$target" --parallel "$jobs"
  say "built in $((SECONDS - start)) s"
}
