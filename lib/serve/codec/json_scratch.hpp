// A JSON parser's buffers, without the parser's header.
#pragma once

#include <memory>

namespace mlops::serve::codec {

/// A parser with its buffers, reused from request to request. One thread at a time.
class JsonScratch {
 public:
  JsonScratch();
  ~JsonScratch();
  JsonScratch(const JsonScratch&) = delete;
  JsonScratch& operator=(const JsonScratch&) = delete;

  struct Parser;
  [[nodiscard]] Parser& parser() noexcept { return *parser_; }

 private:
  std::unique_ptr<Parser> parser_;
};

}  // namespace mlops::serve::codec
