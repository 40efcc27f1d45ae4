# Packages of npm by a committed lock file, for what the browser runs. They are fetched when the
# build is configured and never run anything here (--ignore-scripts). Without npm or network the
# build goes on and says what is missing.
option(MLOPS_NPM "Fetch the web page's libraries with npm" ON)
find_program(NPM_PROGRAM npm)

# npm_packages(DIRECTORY RESULT): installs what DIRECTORY/package-lock.json names below the build
# folder; RESULT becomes that node_modules, or empty.
function(npm_packages directory result)
  file(RELATIVE_PATH place ${PROJECT_SOURCE_DIR} ${directory})
  set(work ${PROJECT_BINARY_DIR}/npm/${place})
  set(lock ${directory}/package-lock.json)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${lock})
  file(SHA256 ${lock} wanted)
  set(installed "")
  if(EXISTS ${work}/installed)
    file(READ ${work}/installed installed)
  endif()
  if(NOT installed STREQUAL wanted AND MLOPS_NPM AND NPM_PROGRAM)
    file(REMOVE_RECURSE ${work})
    file(COPY ${directory}/package.json ${lock} DESTINATION ${work})
    message(STATUS "Fetching the packages of ${place} with npm")
    execute_process(
      COMMAND ${NPM_PROGRAM} ci --ignore-scripts --no-audit --no-fund --fetch-retries=1
      WORKING_DIRECTORY ${work} TIMEOUT 180 RESULT_VARIABLE status
      OUTPUT_VARIABLE output ERROR_VARIABLE output)
    if(status EQUAL 0)
      file(WRITE ${work}/installed ${wanted})
      set(installed ${wanted})
    else()
      message(STATUS "npm failed: ${output}")
    endif()
  endif()
  if(installed STREQUAL wanted)
    set(${result} ${work}/node_modules PARENT_SCOPE)
  else()
    message(STATUS "Building without the npm packages of ${place}")
    set(${result} "" PARENT_SCOPE)
  endif()
endfunction()
