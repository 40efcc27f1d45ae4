#include "model/encoder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "model/calendar.hpp"

namespace mlops::model {
namespace {

constexpr std::uint32_t kMaxExactCode = 1U << 24;  // float32 holds every integer below

[[noreturn]] void fail(const std::string& what) {
  throw Error(ErrorKind::invalid_argument, "model.bad_encoding", what);
}

float to_float(double value) noexcept {
  constexpr double kLargest = static_cast<double>(std::numeric_limits<float>::max());
  return static_cast<float>(std::isnan(value) ? value : std::clamp(value, -kLargest, kLargest));
}

/// Index of a level cell below `n_levels`; nothing for an unseen category.
std::uint32_t level_of(double cell, std::size_t n_levels) noexcept {
  if (!(cell >= 0) || cell >= static_cast<double>(n_levels)) return kNoSlot;
  return static_cast<std::uint32_t>(cell);
}

/// How many inputs each step makes.
struct Width {
  std::size_t operator()(const PassThrough&) const { return 1; }
  std::size_t operator()(const Standardized& step) const { return step.missing_indicator ? 2 : 1; }
  std::size_t operator()(const OneHot& step) const { return step.n_slots; }
  std::size_t operator()(const TargetMap& step) const {
    return step.n_targets + (step.log_counts.empty() ? 0U : 1U);
  }
  std::size_t operator()(const CategoryCode&) const { return 1; }
  std::size_t operator()(const QuantileBins& step) const {
    return step.edges.size() + (step.missing_slot ? 2U : 1U);
  }
  std::size_t operator()(const Cyclic&) const { return 2; }
};

void require_finite(std::span<const float> values, std::string_view name) {
  for (const float value : values) {
    if (!std::isfinite(value)) fail(fmt::format("{} holds {}, not a finite number", name, value));
  }
}

/// Throws when a step's tables do not fit together.
struct Check {
  void operator()(const PassThrough&) const {}

  void operator()(const Standardized& step) const {
    if (!(step.scale > 0) || !std::isfinite(step.scale)) {
      fail(fmt::format("scale is {}, not a positive number", step.scale));
    }
    if (!std::isfinite(step.mean) || !std::isfinite(step.fill)) {
      fail(fmt::format("mean {} and fill {} must be finite", step.mean, step.fill));
    }
    if (!(step.minimum <= step.maximum)) {
      fail(fmt::format("range {} to {} is empty", step.minimum, step.maximum));
    }
  }

  void operator()(const OneHot& step) const {
    if (step.n_slots == 0 || step.n_slots > step.slot_of_level.size() + 2) {
      fail(fmt::format("{} slots for {} levels", step.n_slots, step.slot_of_level.size()));
    }
    const auto check = [&](std::uint32_t slot) {
      if (slot != kNoSlot && slot >= step.n_slots) {
        fail(fmt::format("slot {} of {}", slot, step.n_slots));
      }
    };
    std::for_each(step.slot_of_level.begin(), step.slot_of_level.end(), check);
    check(step.other_slot);
    check(step.missing_slot);
  }

  void operator()(const TargetMap& step) const {
    const std::size_t width = step.n_targets;
    if (width == 0 || step.unseen.size() != width || step.missing.size() != width ||
        step.values.size() % width != 0) {
      fail(fmt::format("{} targets with {} values, {} for unseen and {} for missing", width,
                       step.values.size(), step.unseen.size(), step.missing.size()));
    }
    if (!step.log_counts.empty() && step.log_counts.size() != step.values.size() / width) {
      fail(fmt::format("{} counts for {} levels", step.log_counts.size(),
                       step.values.size() / width));
    }
    require_finite(step.values, "values");
    require_finite(step.unseen, "unseen");
    require_finite(step.missing, "missing");
    require_finite(step.log_counts, "log_counts");
    require_finite({&step.missing_log_count, 1}, "missing_log_count");
  }

  void operator()(const CategoryCode& step) const {
    for (const std::uint32_t code : step.code_of_level) {
      if (code != kNoSlot && code >= kMaxExactCode) {
        fail(fmt::format("category code {} does not fit into a float", code));
      }
    }
  }

  void operator()(const QuantileBins& step) const {
    for (std::size_t i = 0; i < step.edges.size(); ++i) {
      if (!std::isfinite(step.edges[i]) || (i > 0 && !(step.edges[i - 1] < step.edges[i]))) {
        fail(fmt::format("bin edge {} is {}: edges must be finite and ascend", i, step.edges[i]));
      }
    }
  }

  void operator()(const Cyclic& step) const {
    if (!(step.period > 0) || !std::isfinite(step.period)) {
      fail(fmt::format("period is {}, not a positive number", step.period));
    }
  }
};

/// Writes a step's inputs for one value; `out` has exactly its width.
struct Apply {
  double value;
  std::span<float> out;

  void operator()(const PassThrough&) const { out[0] = to_float(value); }

  void operator()(const Standardized& step) const {
    const bool missing = std::isnan(value);
    const double filled = std::clamp(missing ? step.fill : value, step.minimum, step.maximum);
    out[0] = to_float((filled - step.mean) / step.scale);
    if (step.missing_indicator) out[1] = missing ? 1.0F : 0.0F;
  }

  void operator()(const OneHot& step) const {
    std::fill(out.begin(), out.end(), 0.0F);
    std::uint32_t slot = step.missing_slot;
    if (!std::isnan(value)) {
      const std::uint32_t level = level_of(value, step.slot_of_level.size());
      slot = level == kNoSlot ? kNoSlot : step.slot_of_level[level];
      if (slot == kNoSlot) slot = step.other_slot;
    }
    if (slot != kNoSlot) out[slot] = 1.0F;
  }

  void operator()(const TargetMap& step) const {
    const std::size_t width = step.n_targets;
    std::span<const float> row = step.missing;
    float log_count = step.missing_log_count;
    if (!std::isnan(value)) {
      const std::uint32_t level = level_of(value, step.values.size() / width);
      const bool seen = level != kNoSlot;
      row = seen ? std::span(step.values).subspan(level * width, width) : std::span(step.unseen);
      log_count = seen && !step.log_counts.empty() ? step.log_counts[level] : 0.0F;
    }
    std::copy(row.begin(), row.end(), out.begin());
    if (!step.log_counts.empty()) out[width] = log_count;
  }

  void operator()(const CategoryCode& step) const {
    const std::uint32_t level = level_of(value, step.code_of_level.size());
    const std::uint32_t code = level == kNoSlot ? kNoSlot : step.code_of_level[level];
    out[0] = code == kNoSlot ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(code);
  }

  void operator()(const QuantileBins& step) const {
    std::fill(out.begin(), out.end(), 0.0F);
    if (std::isnan(value)) {
      if (step.missing_slot) out.back() = 1.0F;
      return;
    }
    const auto edge = std::lower_bound(step.edges.begin(), step.edges.end(), value);
    out[static_cast<std::size_t>(edge - step.edges.begin())] = 1.0F;
  }

  void operator()(const Cyclic& step) const {
    const double angle = 2 * std::numbers::pi * value / step.period;
    const bool missing = !std::isfinite(angle);
    out[0] = missing ? 0.0F : static_cast<float>(std::sin(angle));
    out[1] = missing ? 0.0F : static_cast<float>(std::cos(angle));
  }
};

}  // namespace

std::size_t Encoding::width() const noexcept {
  return std::visit(Width{}, step);
}

void Encoding::validate() const {
  if (!std::isfinite(origin_seconds)) fail("the origin of elapsed days is not finite");
  std::visit(Check{}, step);
}

Encoder::Encoder(std::vector<Encoding> encodings, std::size_t n_features)
    : encodings_(std::move(encodings)), n_features_(n_features) {
  for (const Encoding& encoding : encodings_) {
    if (encoding.feature >= n_features) {
      fail(fmt::format("feature {} of {}", encoding.feature, n_features));
    }
    encoding.validate();
    feature_of_input_.insert(feature_of_input_.end(), encoding.width(), encoding.feature);
  }
}

void Encoder::encode(std::span<const double> cells, std::span<float> inputs) const {
  std::size_t at = 0;
  for (const Encoding& encoding : encodings_) {
    const double cell = cells[encoding.feature];
    const double value = encoding.source == CellSource::cell
                             ? cell
                             : calendar_part(cell, encoding.source, encoding.origin_seconds);
    const std::size_t width = encoding.width();
    std::visit(Apply{value, inputs.subspan(at, width)}, encoding.step);
    at += width;
  }
}

std::vector<float> Encoder::encode(const data::ConformedRows& rows) const {
  std::vector<float> inputs(rows.n_rows * n_inputs());
  for (std::size_t row = 0; row < rows.n_rows; ++row) {
    encode(rows.row(row), std::span(inputs).subspan(row * n_inputs(), n_inputs()));
  }
  return inputs;
}

}  // namespace mlops::model
