#!/usr/bin/env bash
# Tests the ParaView files and the standard views with ParaView's own pvbatch.
#
# usage: scripts/test_paraview.sh [--folder DIR] [--only-unpack] [--help]
#
#   --folder DIR    where ParaView is unpacked (default: build/paraview); kept for the next time
#   --only-unpack   unpack and print the path of pvbatch, test nothing
#
# Debian's paraview and python3-paraview conflict with python3-vtk9, which VTK's development package needs. So the
# packages are downloaded and unpacked into a folder of their own; nothing is installed or removed. A pvbatch that is
# installed, or named by LUMBARFEM_PVBATCH, is taken instead. The test itself is ctest's paraview.standard_views.
# Exit codes: 0 passed, 1 failed or ParaView cannot be had, 2 wrong option.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

FOLDER=$ROOT/build/paraview
ONLY_UNPACK=no
while [ $# != 0 ]; do
  case $1 in
    --folder) [ $# -gt 1 ] || fail "--folder needs a folder" 2; FOLDER=$2; shift ;;
    --only-unpack) ONLY_UNPACK=yes ;;
    -h | --help) print_help "${BASH_SOURCE[0]}"; exit 0 ;;
    *) fail "unknown option $1; see scripts/test_paraview.sh --help" 2 ;;
  esac
  shift
done

unpack()
{
  local packages=$FOLDER/packages multiarch package
  command -v apt-get >/dev/null || fail "unpacking ParaView needs Debian's apt-get; name a pvbatch with LUMBARFEM_PVBATCH"
  mkdir -p "$packages/partial" "$FOLDER/root.part"
  say "downloading ParaView and what it needs into $packages (80 MB); nothing is installed"
  apt-get install --download-only --yes -q --no-install-recommends -o Debug::NoLocking=true \
    -o "Dir::Cache::archives=$(realpath "$packages")" paraview python3-paraview >"$FOLDER/download.log" 2>&1 ||
    fail "apt-get could not download ParaView; see $FOLDER/download.log (apt-get update may be needed)"
  for package in "$packages"/*.deb; do
    dpkg-deb -x "$package" "$FOLDER/root.part"
  done
  multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo "$(uname -m)-linux-gnu")
  cat >"$FOLDER/pvbatch.part" <<END
#!/bin/sh
root=$(realpath "$FOLDER")/root
export LD_LIBRARY_PATH=\$root/usr/lib/$multiarch:\$root/usr/lib/$multiarch/paraview-5.11\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}
export PYTHONPATH=\$root/usr/lib/python3/dist-packages\${PYTHONPATH:+:\$PYTHONPATH}
exec "\$root/usr/bin/pvbatch" "\$@"
END
  chmod +x "$FOLDER/pvbatch.part"
  mv "$FOLDER/root.part" "$FOLDER/root"
  mv "$FOLDER/pvbatch.part" "$FOLDER/pvbatch"
  rm -r "$packages"
}

PVBATCH=${LUMBARFEM_PVBATCH:-$(command -v pvbatch || true)}
if [ -z "$PVBATCH" ]; then
  PVBATCH=$FOLDER/pvbatch
  [ -x "$PVBATCH" ] || unpack
fi
say "pvbatch: $PVBATCH"
[ "$ONLY_UNPACK" = no ] || exit 0
BUILD=${LUMBARFEM_BUILD:-$ROOT/build/release}
[ -x "$BUILD/bin/lumbarfem" ] || fail "$BUILD/bin/lumbarfem is missing; build first (scripts/test.sh)"
LUMBARFEM_PVBATCH=$(realpath "$PVBATCH") ctest --test-dir "$BUILD" -R '^paraview\.' --output-on-failure --no-tests=error
