#include "data/text_index.hpp"

#include <utility>

namespace mlops::data {
namespace {

constexpr std::size_t kFirstSlots = 16;

}  // namespace

TextIndex::TextIndex(std::vector<std::string> texts) : texts_(std::move(texts)) {
  std::size_t n_slots = kFirstSlots;
  while (n_slots < texts_.size() * 2) n_slots *= 2;
  slots_.assign(n_slots, Slot{});
  mask_ = n_slots - 1;
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    if (find(texts_[i]) == kAbsent) {
      insert_slot(hash_of(texts_[i]), static_cast<std::uint32_t>(i));
    }
  }
}

std::vector<std::string> TextIndex::take_texts() && {
  slots_ = std::vector<Slot>();
  mask_ = 0;
  return std::exchange(texts_, {});
}

std::uint32_t TextIndex::add(std::string_view text) {
  if ((texts_.size() + 1) * 2 > slots_.size()) {
    grow(slots_.empty() ? kFirstSlots : slots_.size() * 2);
  }
  const auto number = static_cast<std::uint32_t>(texts_.size());
  texts_.emplace_back(text);
  insert_slot(hash_of(text), number);
  return number;
}

void TextIndex::insert_slot(std::uint64_t hash, std::uint32_t number) noexcept {
  std::size_t i = hash & mask_;
  while (slots_[i].number != kAbsent) i = (i + 1) & mask_;
  slots_[i] = {tag_of(hash), number};
}

void TextIndex::grow(std::size_t n_slots) {
  slots_.assign(n_slots, Slot{});
  mask_ = n_slots - 1;
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    insert_slot(hash_of(texts_[i]), static_cast<std::uint32_t>(i));
  }
}

}  // namespace mlops::data
