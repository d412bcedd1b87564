# The package of Debian (cpack in the build folder, or scripts/package.sh) and what it brings beside the program. Names and
# versions of the libraries come from the program itself (dpkg-shlibdeps).
option(LUMBARFEM_MANUAL "Make manual pages and words for bash from the program's help (needs help2man)" OFF)
if(LUMBARFEM_MANUAL)
  find_program(HELP2MAN_EXECUTABLE help2man REQUIRED)
  set(manual ${PROJECT_BINARY_DIR}/manual)
  add_custom_command(
    OUTPUT ${manual}/bash-completion/completions/lumbarfem
    COMMAND ${LUMBARFEM_PYTHON} -B ${PROJECT_SOURCE_DIR}/scripts/write_manual.py $<TARGET_FILE:lumbarfem> ${manual}
    DEPENDS lumbarfem ${PROJECT_SOURCE_DIR}/scripts/write_manual.py
    COMMENT "Manual pages"
    VERBATIM)
  add_custom_target(manual ALL DEPENDS ${manual}/bash-completion/completions/lumbarfem)
  install(DIRECTORY ${manual}/man ${manual}/bash-completion DESTINATION share)
endif()
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION share/doc/lumbarfem RENAME copyright)
install(FILES ${PROJECT_SOURCE_DIR}/CITATION.cff ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/CHANGELOG.md
        DESTINATION share/doc/lumbarfem)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME lumbarfem)
set(CPACK_PACKAGE_VENDOR "The LumbarFEM authors")
set(CPACK_PACKAGE_CONTACT "The LumbarFEM authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "finite elements for the human lumbar spine")
set(CPACK_PACKAGE_DESCRIPTION "LumbarFEM solves the finite-strain equilibrium of lumbar spines, intact and after surgery, under the loads
 and protocols of spine laboratories, and reports what those laboratories measure.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# The factorisation is about eight times slower with the reference BLAS, which would do for the linker.
set(CPACK_DEBIAN_PACKAGE_DEPENDS libopenblas0-pthread)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "openmpi-bin, xvfb, python3, python3-pandas, python3-matplotlib")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "paraview, snakemake, slurm-client, bash-completion")
include(CPack)
