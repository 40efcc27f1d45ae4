// Reads UBJSON as XGBoost writes it, forward only and without building a tree of values: a model
// of a million nodes is a few hundred arrays, copied once.
// Source of the format: ubjson.org, draft 12; 'd' and 'l' are big-endian.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::learn::xgboost {

/// A position in a document. Every method throws internal where the bytes are not what the
/// method's name says. The view must outlive the reader.
class UbjsonReader {
 public:
  explicit UbjsonReader(std::string_view bytes) : bytes_(bytes) {}

  /// Steps into an object: afterwards `next_key` gives the keys.
  void enter_object();
  /// The next member's key, its value being next; "" at the object's end, which is consumed.
  [[nodiscard]] std::string_view next_key();
  /// Steps into an array of values of any type; returns their number.
  [[nodiscard]] std::size_t enter_array();
  /// One string.
  [[nodiscard]] std::string_view text();
  /// An array of numbers, whatever integer or float type it holds.
  [[nodiscard]] std::vector<float> floats();
  [[nodiscard]] std::vector<std::int64_t> integers();
  /// Passes over the next value whole.
  void skip();

 private:
  [[nodiscard]] char take();
  [[nodiscard]] char peek() const;
  [[nodiscard]] std::string_view take_bytes(std::size_t count);
  [[nodiscard]] std::int64_t integer_of(char type);
  [[nodiscard]] float float_of(char type);
  [[nodiscard]] std::size_t length();
  void skip_value_of(char type);
  [[noreturn]] void fail(std::string_view expected) const;

  /// Reads the head of an array; the type is 0 when every value has its own.
  struct ArrayHead {
    char type = 0;
    std::size_t size = 0;
  };
  [[nodiscard]] ArrayHead array_head();

  std::string_view bytes_;
  std::size_t position_ = 0;
};

}  // namespace mlops::learn::xgboost
