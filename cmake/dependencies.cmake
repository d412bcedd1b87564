# Debian 12's deal.II brings its own compiler and linker flags (-funroll-all-loops, gold, ...): only its include
# folders, definitions and library are taken, so that one set of flags holds for all of our translation units
# (types of Eigen change their alignment with the instruction set).
find_package(MPI REQUIRED COMPONENTS CXX)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(Boost 1.74 REQUIRED COMPONENTS program_options)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(deal.II 9.4 REQUIRED HINTS /usr)
find_package(PkgConfig REQUIRED)
pkg_check_modules(NLOPT REQUIRED IMPORTED_TARGET nlopt>=2.7)
find_package(ZLIB REQUIRED)
set(BLA_VENDOR Generic) # the one that the system's alternatives choose
find_package(BLAS REQUIRED)
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto)
find_package(VTK 9.1 REQUIRED COMPONENTS CommonCore CommonDataModel CommonExecutionModel IOXML IOXMLParser
             FiltersCore FiltersGeneral FiltersGeometry IOGeometry IOImage
             RenderingCore RenderingFreeType RenderingOpenGL2)
find_package(X11 REQUIRED)
find_path(TOMLPLUSPLUS_INCLUDE toml++/toml.h REQUIRED)
find_path(GMSH_INCLUDE gmsh.h REQUIRED)
find_library(GMSH_LIBRARY gmsh REQUIRED)
find_path(MUMPS_INCLUDE dmumps_c.h REQUIRED)
find_library(DMUMPS_LIBRARY dmumps REQUIRED)
find_library(SMUMPS_LIBRARY smumps REQUIRED)
find_path(METIS_INCLUDE metis.h REQUIRED)
find_library(METIS_LIBRARY metis REQUIRED)
find_path(SACADO_INCLUDE Sacado.hpp PATH_SUFFIXES trilinos REQUIRED)

add_library(lumbarfem_dealii INTERFACE)
target_include_directories(lumbarfem_dealii SYSTEM INTERFACE ${DEAL_II_INCLUDE_DIRS})
target_compile_definitions(lumbarfem_dealii INTERFACE ${DEAL_II_DEFINITIONS} ${DEAL_II_DEFINITIONS_RELEASE})
target_link_libraries(lumbarfem_dealii INTERFACE ${DEAL_II_LIBRARIES_RELEASE})

find_package(Git QUIET)
