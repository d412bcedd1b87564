# Flags that every translation unit of the project shares.
add_library(lumbarfem_flags INTERFACE)
# g++ 12 warns of false out-of-bounds and uninitialised reads inside vectorised Eigen code.
target_compile_options(lumbarfem_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wno-maybe-uninitialized
                       -Wno-array-bounds -Wno-stringop-overread)
target_compile_definitions(lumbarfem_flags INTERFACE TOML_HEADER_ONLY=1)
target_include_directories(lumbarfem_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_link_libraries(lumbarfem_flags INTERFACE Eigen3::Eigen)
if(LUMBARFEM_NATIVE)
  target_compile_options(lumbarfem_flags INTERFACE -march=native)
endif()
if(LUMBARFEM_WERROR)
  target_compile_options(lumbarfem_flags INTERFACE -Werror)
endif()
if(LUMBARFEM_SANITIZE)
  target_compile_options(lumbarfem_flags INTERFACE -fsanitize=address,undefined -fno-omit-frame-pointer -g1)
  target_link_options(lumbarfem_flags INTERFACE -fsanitize=address,undefined)
endif()

# lumbarfem_embed(TARGET SYMBOL FILE): FILE's text becomes `extern const char *const SYMBOL` in namespace lumbarfem::data,
# so that the program needs no data folder at run time.
function(lumbarfem_embed target symbol file)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.cc)
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DINPUT=${CMAKE_CURRENT_SOURCE_DIR}/${file} -DOUTPUT=${out} -DSYMBOL=${symbol}
            -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${file} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()

# lumbarfem_precompile(TARGET [TEST]): headers that nearly every file reads (Eigen takes two seconds) are compiled once, for
# tests together with GoogleTest's. The first target of each kind makes them.
option(LUMBARFEM_PRECOMPILE "Precompile the headers that most files share" ON)
if(CCACHE)
  # Without it the cache cannot tell what a precompiled header brings along.
  target_compile_options(lumbarfem_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endif()
function(lumbarfem_precompile target)
  if(NOT LUMBARFEM_PRECOMPILE)
    return()
  endif()
  set(maker LUMBARFEM_HEADERS_OF${ARGN})
  get_property(made_by GLOBAL PROPERTY ${maker})
  if(made_by)
    target_precompile_headers(${target} REUSE_FROM ${made_by})
    return()
  endif()
  set_property(GLOBAL PROPERTY ${maker} ${target})
  set(headers <Eigen/Dense> <algorithm> <array> <cmath> <filesystem> <fstream> <functional> <iomanip> <iostream> <map>
      <memory> <numeric> <optional> <set> <sstream> <stdexcept> <string> <utility> <vector>)
  if("TEST" IN_LIST ARGN)
    list(APPEND headers <gtest/gtest.h>)
  endif()
  target_precompile_headers(${target} PRIVATE ${headers})
endfunction()
