// Which cells mean "nothing here": the empty cell and a list of markers.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::data {

/// The markers in force unless the caller names others: NA, N/A, NaN, null, none, ?, -, . and the
/// spellings of spreadsheets, R, pandas and database dumps.
[[nodiscard]] std::vector<std::string> default_missing_markers();

/// A set of markers. ASCII letters compare without case; the empty text is always a member.
class MissingMarkers {
 public:
  explicit MissingMarkers(std::vector<std::string> markers);

  /// Requires: `text` is trimmed. Never allocates.
  [[nodiscard]] bool contains(std::string_view text) const noexcept;
  [[nodiscard]] const std::vector<std::string>& texts() const noexcept { return markers_; }

 private:
  std::vector<std::string> markers_;
  std::size_t longest_ = 0;
  /// Whether some marker begins with that byte, in either case: what most cells fail by.
  std::array<bool, 256> begins_{};
};

/// True when the two are equal but for the case of ASCII letters.
[[nodiscard]] bool equal_without_case(std::string_view a, std::string_view b) noexcept;

}  // namespace mlops::data
