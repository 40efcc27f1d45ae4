// Sketches and layouts as the bytes that the store keeps. Part of the on-disk format: add, never
// renumber; see docs/registry-format.md.
#pragma once

#include "observe/bytes.hpp"
#include "observe/sketch.hpp"

namespace mlops::observe {

/// Equal layouts give equal bytes.
[[nodiscard]] std::vector<std::byte> encode(const SketchLayout& layout);
/// Throws corrupt.
[[nodiscard]] SketchLayout decode_layout(std::span<const std::byte> bytes);

[[nodiscard]] std::vector<std::byte> encode(const TrafficSketch& sketch);
[[nodiscard]] std::vector<std::byte> encode(const OutcomeSketch& sketch);
[[nodiscard]] std::vector<std::byte> encode(const ArrivalSketch& sketch);

/// Each throws corrupt for bytes that do not fit the layout.
void decode(std::span<const std::byte> bytes, TrafficSketch& sketch);
void decode(std::span<const std::byte> bytes, OutcomeSketch& sketch);
void decode(std::span<const std::byte> bytes, ArrivalSketch& sketch);

}  // namespace mlops::observe
