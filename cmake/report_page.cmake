# The page that `lumbarfem report` fills: one HTML file, made from postprocess/report/page with npm. Without Node 18 or
# without a network the program is built all the same, and makes no reports.
set(LUMBARFEM_PAGE_SOURCE ${PROJECT_SOURCE_DIR}/postprocess/report/page)
set(LUMBARFEM_PAGE_WORK ${PROJECT_BINARY_DIR}/report-page)
set(LUMBARFEM_PAGE ${PROJECT_BINARY_DIR}/share/report/report.html)

find_program(NODE_EXECUTABLE NAMES node nodejs)
find_program(NPM_EXECUTABLE NAMES npm)
mark_as_advanced(NODE_EXECUTABLE NPM_EXECUTABLE)
set(LUMBARFEM_NODE_USABLE OFF)
if(NODE_EXECUTABLE AND NPM_EXECUTABLE)
  execute_process(COMMAND ${NODE_EXECUTABLE} --version OUTPUT_VARIABLE node_version OUTPUT_STRIP_TRAILING_WHITESPACE
                  ERROR_QUIET)
  string(REGEX REPLACE "^v" "" node_version "${node_version}")
  if(node_version VERSION_GREATER_EQUAL 18)
    set(LUMBARFEM_NODE_USABLE ON)
  endif()
endif()

if(LUMBARFEM_NODE_USABLE)
  message(STATUS "Report page: Node ${node_version}")
  file(GLOB_RECURSE page_sources CONFIGURE_DEPENDS ${LUMBARFEM_PAGE_SOURCE}/src/* ${LUMBARFEM_PAGE_SOURCE}/tests/*
       ${LUMBARFEM_PAGE_SOURCE}/*.mjs ${LUMBARFEM_PAGE_SOURCE}/*.json)
  list(FILTER page_sources EXCLUDE REGEX "/(node_modules|build)/")
  add_custom_command(
    OUTPUT ${LUMBARFEM_PAGE}
    COMMAND ${CMAKE_COMMAND} -DSOURCE=${LUMBARFEM_PAGE_SOURCE} -DWORK=${LUMBARFEM_PAGE_WORK} -DOUTPUT=${LUMBARFEM_PAGE}
            -DNODE=${NODE_EXECUTABLE} -DNPM=${NPM_EXECUTABLE} -P ${PROJECT_SOURCE_DIR}/cmake/build_report_page.cmake
    DEPENDS ${page_sources} ${LUMBARFEM_PAGE_SOURCE}/.npmrc ${PROJECT_SOURCE_DIR}/cmake/build_report_page.cmake
    COMMENT "Report page"
    VERBATIM)
  add_custom_target(report_page ALL DEPENDS ${LUMBARFEM_PAGE})
  install(FILES ${LUMBARFEM_PAGE} DESTINATION share/lumbarfem/report OPTIONAL)
else()
  message(STATUS "Report page: not built, because node 18 or newer and npm were not found (Debian: apt-get install nodejs npm); "
                 "there will be no reports")
endif()
