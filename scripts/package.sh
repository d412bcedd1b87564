#!/usr/bin/env bash
# Builds the Debian package: the program for any machine of the architecture, the studies that ship with it, the Python package,
# manual pages and words for bash.
#
# usage: scripts/package.sh [--output FOLDER] [--test ROOT] [--mirror URL] [--no-setup] [--help]
#
#   --output     where the package goes (default build/package)
#   --test ROOT  installs the package in a clean Debian 12 made by debootstrap in the folder ROOT, which must be empty or absent, and
#                solves a study there; needs root
#   --mirror     of Debian, for --test (default: debootstrap's)
#   --no-setup   do not look for missing packages
#
# Exit codes: 0 done, 2 wrong option, others: something could not be built, installed or run.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

OUTPUT=$ROOT/build/package TEST='' MIRROR='' SETUP=yes
while [ $# -gt 0 ]; do
  case $1 in
    --output | --test | --mirror)
      [ -n "${2:-}" ] || fail "$1 needs a value; see scripts/package.sh --help" 2
      case $1 in
        --output) OUTPUT=$(realpath -m "$2") ;;
        --test) TEST=$(realpath -m "$2") ;;
        --mirror) MIRROR=$2 ;;
      esac
      shift
      ;;
    --no-setup) SETUP=no ;;
    -h | --help) print_help "${BASH_SOURCE[0]}"; exit 0 ;;
    *) fail "unknown option $1; see scripts/package.sh --help" 2 ;;
  esac
  shift
done

# Solves the study of the quick start on a coarse mesh with the program that was installed in a root.
try_in_root()
{
  local root=$1 package=$2
  cp "$package" "$root/tmp/lumbarfem.deb"
  # No service may start in there, and nothing is asked.
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod +x "$root/usr/sbin/policy-rc.d"
  chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get update -q
  chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends /tmp/lumbarfem.deb
  # By /proc the program finds what is installed with it, as on every machine.
  mount -t proc proc "$root/proc"
  trap 'umount "$TEST/proc"' EXIT
  chroot "$root" lumbarfem --version
  chroot "$root" lumbarfem claims --list | tail -n 1
  chroot "$root" sh -c 'cd /tmp && lumbarfem run /usr/share/lumbarfem/cases/fused-vs-dynamic/study.toml --direction flexion \
    --protocol load_control --set mesh.resolution=coarse --set mesh.element=q1p0 --set mesh.bone=rigid --quiet'
}

if [ -n "$TEST" ]; then
  [ "$(id -u)" = 0 ] || fail "--test needs root: a Debian is made and entered with chroot"
  command -v debootstrap >/dev/null || fail "--test needs debootstrap (apt-get install debootstrap)"
  [ -z "$(ls -A "$TEST" 2>/dev/null)" ] || fail "--test $TEST: is not empty" 2
fi
[ "$SETUP" = no ] || "$ROOT/scripts/setup.sh"
build_preset package all
mkdir -p "$OUTPUT"
(cd "$ROOT/build/package" && cpack -B "$OUTPUT" >cpack.log 2>&1) || {
  tail -n 20 "$ROOT/build/package/cpack.log" >&2
  fail "cpack made no package; its messages stand above"
}
PACKAGE=$(ls -t "$OUTPUT"/lumbarfem_*.deb | head -n 1)
say "package: $PACKAGE ($(du -h "$PACKAGE" | cut -f1))"
if [ -n "$TEST" ]; then
  say "a clean Debian 12 in $TEST"
  debootstrap --variant=minbase bookworm "$TEST" ${MIRROR:+"$MIRROR"} >"$ROOT/build/package/debootstrap.log" || {
    tail -n 5 "$ROOT/build/package/debootstrap.log" >&2
    fail "debootstrap made no Debian; its messages stand above (another --mirror may be nearer)"
  }
  try_in_root "$TEST" "$PACKAGE"
  say "the package installs and solves on a clean Debian 12"
fi
