set(LUMBARFEM_GIT_REVISION "unknown")
if(GIT)
  execute_process(COMMAND ${GIT} -C ${SOURCE} describe --always --dirty --abbrev=12
                  OUTPUT_VARIABLE revision OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(NOT failed)
    set(LUMBARFEM_GIT_REVISION "${revision}")
  endif()
endif()
configure_file(${INPUT} ${OUTPUT} @ONLY)
