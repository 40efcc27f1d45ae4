// One row of conformed cells -> the floats a predictor eats. Fitted by lib/learn (which fills the
// structs below), held and applied here, the same code in training and in serving, so that a row
// gives the same inputs in both. Part of the on-disk format: add steps at the end of EncodingStep,
// never reorder; see bundle.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "data/conform.hpp"
#include "data/schema.hpp"

namespace mlops::model {

/// "No such slot or code" in the level maps below.
inline constexpr std::uint32_t kNoSlot = UINT32_MAX;

/// What of a cell is encoded. All but `cell` need a datetime feature (seconds since the epoch, UTC)
/// and give NaN for a missing cell. Part of the on-disk format: add, never renumber.
enum class CellSource : std::uint8_t {
  cell = 0,          ///< the cell as it is
  year = 1,          ///< 2024
  month = 2,         ///< 1..12
  day = 3,           ///< of the month, 1..31
  weekday = 4,       ///< Monday 0 .. Sunday 6
  hour = 5,          ///< of the day with its fraction, 0 .. < 24
  day_of_year = 6,   ///< 0..365
  elapsed_days = 7,  ///< days with fraction since Encoding::origin_seconds
};

/// One input: the value as float, NaN kept (trees). Finite values beyond float's range become
/// +-FLT_MAX. Not for categories.
struct PassThrough {
  bool operator==(const PassThrough&) const = default;
};

/// One input, or two: (clamp(value, minimum, maximum) - mean) / scale, `fill` in the place of a
/// missing value before that; then 1 where the value was missing, else 0.
struct Standardized {
  double mean = 0;
  double scale = 1;  ///< > 0
  double fill = 0;   ///< e.g. the training median
  bool missing_indicator = false;
  double minimum = -std::numeric_limits<double>::infinity();
  double maximum = std::numeric_limits<double>::infinity();
  bool operator==(const Standardized&) const = default;
};

/// `n_slots` inputs of which at most one is 1. For categories and booleans (level 0 and 1).
struct OneHot {
  std::vector<std::uint32_t> slot_of_level;  ///< one a level; kNoSlot: goes where others go
  std::uint32_t n_slots = 0;
  std::uint32_t other_slot = kNoSlot;    ///< unseen categories and levels without a slot
  std::uint32_t missing_slot = kNoSlot;  ///< kNoSlot: all zero
  bool operator==(const OneHot&) const = default;
};

/// Per level `n_targets` numbers (smoothed target means, one a class column for multiclass), then,
/// if `log_counts` is not empty, one more input with log(1 + training rows of the level).
struct TargetMap {
  std::uint32_t n_targets = 1;
  std::vector<float> values;      ///< n_levels x n_targets, row-major
  std::vector<float> unseen;      ///< n_targets
  std::vector<float> missing;     ///< n_targets
  std::vector<float> log_counts;  ///< one a level, or empty; an unseen level has 0
  float missing_log_count = 0;
  bool operator==(const TargetMap&) const = default;
};

/// One input: an integer code a level (ordinal, or XGBoost's native categories); NaN for a missing
/// cell, an unseen category and a level with kNoSlot.
struct CategoryCode {
  std::vector<std::uint32_t> code_of_level;  ///< each < 2^24, or kNoSlot
  bool operator==(const CategoryCode&) const = default;
};

/// edges.size() + 1 inputs of which one is 1: bin i holds values in (edges[i-1], edges[i]].
/// A missing value is all zero, or 1 in one more input.
struct QuantileBins {
  std::vector<double> edges;  ///< ascending, finite
  bool missing_slot = false;
  bool operator==(const QuantileBins&) const = default;
};

/// Two inputs: sine and cosine of 2 pi value / period; both 0 for a missing value.
struct Cyclic {
  double period = 1;  ///< > 0
  bool operator==(const Cyclic&) const = default;
};

using EncodingStep =
    std::variant<PassThrough, Standardized, OneHot, TargetMap, CategoryCode, QuantileBins, Cyclic>;

/// How one feature becomes one or more inputs. A feature may have several encodings, or none.
struct Encoding {
  std::uint32_t feature = 0;  ///< position in a conformed row
  CellSource source = CellSource::cell;
  double origin_seconds = 0;  ///< elapsed_days only: seconds since the epoch
  EncodingStep step;
  bool operator==(const Encoding&) const = default;

  /// How many inputs the step makes.
  [[nodiscard]] std::size_t width() const noexcept;
  /// Throws invalid_argument ("model.bad_encoding") naming what is wrong: table sizes that do not
  /// match, a slot out of range, a scale that is not positive, edges that do not ascend.
  void validate() const;
};

/// The list of encodings of one predictor. Inputs stand in the order of the list. Immutable,
/// thread-safe.
class Encoder {
 public:
  Encoder() = default;
  /// Throws invalid_argument when an encoding is malformed or names a feature >= n_features.
  Encoder(std::vector<Encoding> encodings, std::size_t n_features);

  [[nodiscard]] std::size_t n_features() const noexcept { return n_features_; }
  [[nodiscard]] std::size_t n_inputs() const noexcept { return feature_of_input_.size(); }
  [[nodiscard]] const std::vector<Encoding>& encodings() const noexcept { return encodings_; }
  /// The feature each input came from, for contributions and importance.
  [[nodiscard]] const std::vector<std::uint32_t>& feature_of_input() const noexcept {
    return feature_of_input_;
  }

  /// One row. Requires: cells.size() == n_features(), inputs.size() == n_inputs().
  /// No output is infinite; NaN only where the step says so.
  void encode(std::span<const double> cells, std::span<float> inputs) const;

  /// All rows: n_rows x n_inputs, row-major. Requires: rows.n_features == n_features().
  [[nodiscard]] std::vector<float> encode(const data::ConformedRows& rows) const;

  bool operator==(const Encoder&) const = default;

 private:
  std::vector<Encoding> encodings_;
  std::vector<std::uint32_t> feature_of_input_;
  std::size_t n_features_ = 0;
};

/// A name an input, for people: "tenure", "Contract=Two year", "Contract=(other)",
/// "city~mean[2]", "age<=31.5", "signup.weekday".
[[nodiscard]] std::vector<std::string> input_names(const Encoder& encoder,
                                                   const data::Schema& schema);

}  // namespace mlops::model
