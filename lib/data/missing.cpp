#include "data/missing.hpp"

#include <algorithm>
#include <utility>

namespace mlops::data {
namespace {

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

}  // namespace

std::vector<std::string> default_missing_markers() {
  return {"NA", "N/A", "NaN", "null", "none", "?", "-", ".", "#N/A", "<NA>", "\\N"};
}

MissingMarkers::MissingMarkers(std::vector<std::string> markers) : markers_(std::move(markers)) {
  for (const std::string& marker : markers_) {
    longest_ = std::max(longest_, marker.size());
    if (!marker.empty()) begins_[static_cast<unsigned char>(lower(marker.front()))] = true;
  }
}

bool MissingMarkers::contains(std::string_view text) const noexcept {
  if (text.empty()) return true;
  if (text.size() > longest_) return false;
  if (!begins_[static_cast<unsigned char>(lower(text.front()))]) return false;
  return std::any_of(markers_.begin(), markers_.end(),
                     [&](const std::string& marker) { return equal_without_case(marker, text); });
}

bool equal_without_case(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace mlops::data
