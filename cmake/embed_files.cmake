# Run by the build: gzips files and writes an assembler file that holds them and a C++ table that
# names them. Usage: cmake -DOUTPUT=DIR -DFILES="name=path;..." -P embed_files.cmake
set(assembly "/* Generated: the web page's files, gzipped. */\n    .section .rodata\n")
set(declarations "")
set(rows "")
set(index 0)
foreach(entry IN LISTS FILES)
  string(REGEX REPLACE "=.*" "" name "${entry}")
  string(REGEX REPLACE "^[^=]*=" "" path "${entry}")
  set(gzip ${OUTPUT}/${name}.gz)
  execute_process(COMMAND gzip -9nc ${path} OUTPUT_FILE ${gzip} COMMAND_ERROR_IS_FATAL ANY)
  file(SIZE ${gzip} size)
  file(SHA256 ${path} hash)
  string(SUBSTRING ${hash} 0 16 tag)
  string(APPEND assembly
    "    .global mlops_web_file_${index}\n"
    "mlops_web_file_${index}:\n"
    "    .incbin \"${gzip}\"\n")
  string(APPEND declarations "extern const char mlops_web_file_${index}[];\n")
  string(APPEND rows
    "    {\"${name}\", \"\\\"${tag}\\\"\", {mlops_web_file_${index}, ${size}}},\n")
  math(EXPR index "${index} + 1")
endforeach()
string(APPEND assembly "    .section .note.GNU-stack,\"\",%progbits\n")
file(WRITE ${OUTPUT}/web_files.S "${assembly}")
file(WRITE ${OUTPUT}/web_files.cpp
"// Generated: the table of the web page's files.
#include \"serve/web_files.hpp\"

extern \"C\" {
${declarations}}

namespace mlops::serve {

std::span<const WebFile> embedded_web_files() noexcept {
  static constexpr WebFile kFiles[] = {
${rows}  };
  return kFiles;
}

}  // namespace mlops::serve
")
