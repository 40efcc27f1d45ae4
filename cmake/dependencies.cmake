# Every third-party library, from Debian 12's packages. Which module may include which header is
# the table of docs/architecture.md, checked by tests/architecture.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(FastFloat REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
# XGBoost's own CMake file insists on its executable, a package of its own; cpp-httplib's flags
# (OpenSSL, zlib, brotli) are part of its ABI. Both come through pkg-config for that reason.
pkg_check_modules(xgboost REQUIRED IMPORTED_TARGET xgboost)
pkg_check_modules(httplib REQUIRED IMPORTED_TARGET cpp-httplib)
pkg_check_modules(simdjson REQUIRED IMPORTED_TARGET simdjson)
if(NOT MLOPS_SANITIZE)
  pkg_check_modules(jemalloc REQUIRED IMPORTED_TARGET jemalloc)
endif()
# dlib's imported target brings image libraries, a BLAS and SQLite, all loaded at start-up. Only its
# headers and, from the archive, its thread pool are used; without BLAS, whose bits depend on the
# number of cores.
find_path(DLIB_INCLUDE_DIR dlib/revision.h REQUIRED)
find_library(DLIB_ARCHIVE NAMES libdlib.a REQUIRED)
add_library(mlops_dlib INTERFACE)
target_include_directories(mlops_dlib SYSTEM INTERFACE ${DLIB_INCLUDE_DIR})
target_link_libraries(mlops_dlib INTERFACE ${DLIB_ARCHIVE} Threads::Threads)
if(MLOPS_TESTS)
  find_package(doctest REQUIRED)
endif()
