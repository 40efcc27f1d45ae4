// A remark about data: a stable code, where, a sentence, a way out. Many are collected; none is
// thrown.
#pragma once

#include <string>
#include <vector>

namespace mlops::data {

/// One remark.
struct Finding {
  std::string code;     ///< stable, dotted: "data.identifier_like"
  std::string column;   ///< empty when it concerns the whole table
  std::string message;  ///< one sentence for people, with the offending value
  std::string hint;     ///< what can be done about it; may be empty
};

}  // namespace mlops::data
