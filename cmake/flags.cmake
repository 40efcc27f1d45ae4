# Warnings and sanitizers as INTERFACE targets, linked PRIVATE by our own targets only.
add_library(mlops_warnings INTERFACE)
target_compile_options(mlops_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Wdouble-promotion
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op>
  $<$<BOOL:${MLOPS_WERROR}>:-Werror>)
# Designated initialisers deliberately leave members at their defaults.
target_compile_options(mlops_warnings INTERFACE -Wno-missing-field-initializers)

add_library(mlops_sanitizers INTERFACE)
if(MLOPS_SANITIZE)
  target_compile_options(mlops_sanitizers INTERFACE
    -fsanitize=${MLOPS_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(mlops_sanitizers INTERFACE -fsanitize=${MLOPS_SANITIZE})
endif()
if(NOT CMAKE_BUILD_TYPE MATCHES "^Rel")
  target_compile_definitions(mlops_sanitizers INTERFACE _GLIBCXX_ASSERTIONS)
endif()
