#!/usr/bin/env bash
# Installs what LumbarFEM is built from on Debian 12, with apt-get, and only what is missing.
#
# usage: scripts/setup.sh [--check] [--workflows] [--help]
#
#   --check       install nothing; list what is missing and exit with 1 if anything is
#   --workflows   also Snakemake and SLURM, for the tests of the jobs that `lumbarfem plan` writes
#
# Needs root or a user who may use sudo. Exit codes: 0 ready, 1 something is missing or could not be
# installed, 2 wrong option, 3 not a system with apt-get.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# libdeal.ii-dev brings Trilinos (Sacado), METIS and OpenMPI.
PACKAGES=(
  g++ cmake ninja-build ccache mold pkg-config git ca-certificates
  libdeal.ii-dev libmumps-dev libmetis-dev openmpi-bin libopenmpi-dev
  libopenblas0-pthread libopenblas-dev
  libvtk9-dev libeigen3-dev libboost-program-options-dev libtomlplusplus-dev nlohmann-json3-dev libgmsh-dev
  libnlopt-cxx-dev zlib1g-dev libssl-dev
  libx11-dev xvfb help2man dpkg-dev
  libgtest-dev locales calculix-ccx clang-format-14 python3 python3-meshio python3-vtk9
  python3-matplotlib python3-pandas python3-tomli-w python3-venv python3-pip python3-setuptools python3-wheel
  python3-nbclient python3-ipykernel
)

# The report page is built with Node 18 or newer. One that is there is never replaced: Debian's comes only where there is none,
# or where what is there is Debian's own without npm.
node_version() { node --version 2>/dev/null | sed -n 's/^v\([0-9]*\)\..*/\1/p'; }
if ! command -v node >/dev/null; then
  PACKAGES+=(nodejs npm)
elif [ "$(node_version)" -lt 18 ] 2>/dev/null; then
  say "warning: node $(node --version) is older than 18 and is left alone; there will be no reports"
elif ! command -v npm >/dev/null; then
  if [ "$(command -v node)" = /usr/bin/node ] && dpkg-query -S /usr/bin/node >/dev/null 2>&1; then
    PACKAGES+=(npm)
  else
    say "warning: $(command -v node) has no npm beside it; there will be no reports"
  fi
fi
# Chromium, for the test of the page, under whichever name it is there.
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || PACKAGES+=(chromium)

CHECK_ONLY=no
for option in "$@"; do
  case $option in
    --check) CHECK_ONLY=yes ;;
    # Not by itself: 0.7 GB on disk, and services that a machine of one's own may not want.
    --workflows) PACKAGES+=(snakemake slurmctld slurmd slurm-client munge) ;;
    -h | --help) print_help "${BASH_SOURCE[0]}"; exit 0 ;;
    *) fail "unknown option $option; see scripts/setup.sh --help" 2 ;;
  esac
done

warn_about_other_systems()
{
  local ID='' VERSION_ID='' PRETTY_NAME='an unknown system'
  # shellcheck source=/dev/null
  [ -r /etc/os-release ] && . /etc/os-release
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    fail "this is $PRETTY_NAME, without apt-get; install the packages listed in docs/installation.md by hand" 3
  fi
  if [ "$ID" != debian ] || [ "$VERSION_ID" != 12 ]; then
    say "warning: this is $PRETTY_NAME; LumbarFEM is tested on Debian 12 and newer libraries may differ"
  fi
}

as_root()
{
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "installing packages needs root or sudo; ask an administrator to run: apt-get install --no-install-recommends ${MISSING[*]:-}"
  fi
}

is_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

find_missing()
{
  MISSING=()
  local package
  for package in "${PACKAGES[@]}"; do
    is_installed "$package" || MISSING+=("$package")
  done
}

install_missing()
{
  say "installing: ${MISSING[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q ||
    fail "apt-get update failed; is the network up and /etc/apt right?"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${MISSING[@]}" </dev/null ||
    fail "apt-get could not install the packages; its message stands above"
  find_missing
  [ ${#MISSING[@]} = 0 ] || fail "still missing after the installation: ${MISSING[*]}"
}

# The factorisation is about eight times slower with the reference BLAS.
use_openblas()
{
  local library name current wanted
  for library in libblas.so.3 liblapack.so.3; do
    name=$library-$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo "$(uname -m)-linux-gnu")
    current=$(update-alternatives --query "$name" 2>/dev/null | sed -n 's/^Value: //p')
    if [[ $current == *openblas* ]]; then
      say "$library: OpenBLAS ($current)"
      continue
    fi
    wanted=$(update-alternatives --list "$name" 2>/dev/null | grep openblas | head -n 1 || true)
    [ -n "$wanted" ] || fail "OpenBLAS is installed, but $name offers no such alternative"
    if [ "$CHECK_ONLY" = yes ]; then
      say "$library: ${current:-none}, not OpenBLAS"
      return 1
    fi
    as_root update-alternatives --set "$name" "$wanted" >/dev/null
    say "$library: switched from ${current:-none} to OpenBLAS ($wanted)"
  done
}

warn_about_other_systems
find_missing
if [ ${#MISSING[@]} != 0 ]; then
  [ "$CHECK_ONLY" = no ] || fail "missing packages: ${MISSING[*]}"
  install_missing
else
  say "all ${#PACKAGES[@]} packages are installed"
fi
use_openblas
