# Builds the report page in a folder of its own, so that the sources stay as they are:
#   cmake -DSOURCE=... -DWORK=... -DOUTPUT=... -DNODE=... -DNPM=... -P build_report_page.cmake
# A failure is a warning: the program works without the page. The next build tries again.
file(COPY ${SOURCE}/package.json ${SOURCE}/package-lock.json ${SOURCE}/.npmrc DESTINATION ${WORK})
foreach(folder src tests)
  file(REMOVE_RECURSE ${WORK}/${folder})
  file(COPY ${SOURCE}/${folder} DESTINATION ${WORK})
endforeach()
file(GLOB scripts ${SOURCE}/*.mjs ${SOURCE}/tsconfig.json)
file(COPY ${scripts} DESTINATION ${WORK})

# npm runs "node" by name; the one that was found must be the one.
get_filename_component(node_folder ${NODE} DIRECTORY)
set(ENV{PATH} "${node_folder}:$ENV{PATH}")

file(SHA256 ${SOURCE}/package-lock.json wanted)
set(installed "")
if(EXISTS ${WORK}/node_modules/.installed)
  file(READ ${WORK}/node_modules/.installed installed)
endif()
if(NOT installed STREQUAL wanted)
  message(STATUS "Report page: fetching its libraries (npm ci)")
  # Scripts of packages are not run: none of those used here needs one.
  execute_process(COMMAND ${NPM} ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 --fetch-timeout=60000
                  WORKING_DIRECTORY ${WORK} RESULT_VARIABLE failed OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(failed)
    message(WARNING "The libraries of the report page could not be fetched; there will be no reports until a build "
                    "with a network:\n${output}")
    return()
  endif()
  file(WRITE ${WORK}/node_modules/.installed ${wanted})
endif()

execute_process(COMMAND ${NODE} build.mjs --output ${OUTPUT} WORKING_DIRECTORY ${WORK}
                RESULT_VARIABLE failed OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(failed)
  message(WARNING "The report page could not be built; there will be no reports:\n${output}")
endif()
