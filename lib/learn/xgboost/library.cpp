#include "learn/xgboost/library.hpp"

#include <fmt/format.h>
#include <xgboost/c_api.h>

#include <algorithm>
#include <charconv>
#include <exception>
#include <functional>
#include <new>
#include <numeric>

#include "base/error.hpp"

namespace mlops::learn::xgboost {

namespace {

/// The library's messages carry a stack trace; the first line says what happened.
void check(int status) {
  if (status == 0) return;
  std::string text = XGBGetLastError();
  if (text.find("bad_alloc") != std::string::npos) throw std::bad_alloc();
  text.resize(std::min(text.size(), text.find('\n')));
  throw Error(ErrorKind::internal, "learn.xgboost", fmt::format("XGBoost failed: {}", text));
}

std::string array_interface(std::span<const float> values, std::size_t n_rows,
                            std::size_t n_columns) {
  return fmt::format(R"({{"data":[{},true],"shape":[{},{}],"typestr":"<f4","version":3}})",
                     reinterpret_cast<std::uintptr_t>(values.data()), n_rows, n_columns);
}

std::shared_ptr<void> owned(DMatrixHandle handle) {
  return {handle, [](void* matrix) { XGDMatrixFree(matrix); }};
}

void set_feature_types(DMatrixHandle matrix, const std::vector<bool>& is_category) {
  std::vector<const char*> types;
  types.reserve(is_category.size());
  for (const bool category : is_category) types.push_back(category ? "c" : "q");
  check(XGDMatrixSetStrFeatureInfo(matrix, "feature_type", types.data(), types.size()));
}

/// Hands rows to the library block by block, as often as it asks; no exception crosses into it.
class BlockFeed {
 public:
  BlockFeed(const QuantizedShape& shape, const RowSource& source)
      : shape_(shape),
        source_(source),
        n_block_rows_(std::clamp<std::size_t>(kBlockCells / shape.n_columns, 1, shape.n_rows)) {
    DMatrixHandle proxy = nullptr;
    check(XGProxyDMatrixCreate(&proxy));
    proxy_ = owned(proxy);
  }

  [[nodiscard]] DMatrixHandle proxy() const noexcept { return proxy_.get(); }
  [[nodiscard]] std::exception_ptr failure() const noexcept { return failure_; }

  static int next(void* feed) noexcept { return static_cast<BlockFeed*>(feed)->hand_over(); }
  static void reset(void* feed) noexcept { static_cast<BlockFeed*>(feed)->first_ = 0; }

 private:
  /// 256 KB of floats: stays in the second-level cache.
  static constexpr std::size_t kBlockCells = 65'536;

  /// 1 when there was another block.
  int hand_over() noexcept {
    if (failure_ || first_ == shape_.n_rows) return 0;
    try {
      const auto n = std::min(n_block_rows_, shape_.n_rows - first_);
      block_.resize(n * shape_.n_columns);
      source_(first_, block_);
      const auto interface = array_interface(block_, n, shape_.n_columns);
      check(XGProxyDMatrixSetDataDense(proxy_.get(), interface.c_str()));
      if (!shape_.weights.empty()) {
        check(XGDMatrixSetFloatInfo(proxy_.get(), "weight", shape_.weights.data() + first_, n));
      }
      if (!shape_.is_category.empty()) set_feature_types(proxy_.get(), shape_.is_category);
      first_ += n;
      return 1;
    } catch (...) {
      failure_ = std::current_exception();
      return 0;
    }
  }

  const QuantizedShape& shape_;
  const RowSource& source_;
  std::size_t n_block_rows_;
  std::shared_ptr<void> proxy_;
  std::vector<float> block_;
  std::size_t first_ = 0;
  std::exception_ptr failure_;
};

}  // namespace

std::string version() {
  int major = 0;
  int minor = 0;
  int patch = 0;
  XGBoostVersion(&major, &minor, &patch);
  return fmt::format("{}.{}.{}", major, minor, patch);
}

Matrix::Matrix(std::span<const float> values, std::size_t n_rows, std::size_t n_columns,
               unsigned n_threads)
    : n_rows_(n_rows) {
  const auto interface = array_interface(values, n_rows, n_columns);
  const auto config = fmt::format(R"({{"missing":NaN,"nthread":{}}})", n_threads);
  DMatrixHandle handle = nullptr;
  check(XGDMatrixCreateFromDense(interface.c_str(), config.c_str(), &handle));
  handle_ = owned(handle);
}

Matrix Matrix::quantized(const QuantizedShape& shape, const RowSource& source) {
  BlockFeed feed(shape, source);
  const auto config =
      fmt::format(R"({{"missing":NaN,"nthread":{},"max_bin":{}}})", shape.n_threads, shape.n_bins);
  DMatrixHandle handle = nullptr;
  const int status = XGQuantileDMatrixCreateFromCallback(
      &feed, feed.proxy(), nullptr, &BlockFeed::reset, &BlockFeed::next, config.c_str(), &handle);
  if (feed.failure()) {
    if (status == 0) XGDMatrixFree(handle);
    std::rethrow_exception(feed.failure());
  }
  check(status);
  return {owned(handle), shape.n_rows};
}

void Matrix::set_labels(std::span<const float> labels) {
  const auto n_targets = n_rows_ == 0 ? 1 : labels.size() / n_rows_;
  const auto interface = array_interface(labels, n_rows_, n_targets);
  check(XGDMatrixSetInfoFromInterface(handle_.get(), "label", interface.c_str()));
}

void Matrix::set_weights(std::span<const float> weights) {
  check(XGDMatrixSetFloatInfo(handle_.get(), "weight", weights.data(), weights.size()));
}

void Matrix::set_categorical(const std::vector<bool>& is_category) {
  set_feature_types(handle_.get(), is_category);
}

Booster::Booster(const std::vector<const Matrix*>& matrices, const Parameters& parameters) {
  std::vector<DMatrixHandle> handles;
  handles.reserve(matrices.size());
  for (const auto* matrix : matrices) handles.push_back(matrix->handle());
  BoosterHandle handle = nullptr;
  check(XGBoosterCreate(handles.data(), handles.size(), &handle));
  handle_ = std::shared_ptr<void>(handle, [](void* booster) { XGBoosterFree(booster); });
  check(XGBoosterSetParam(handle, "verbosity", "0"));
  for (const auto& [name, value] : parameters) {
    check(XGBoosterSetParam(handle, name.c_str(), value.c_str()));
  }
}

void Booster::update(unsigned round, const Matrix& train) {
  check(XGBoosterUpdateOneIter(handle_.get(), static_cast<int>(round), train.handle()));
}

double Booster::evaluate(unsigned round, const Matrix& rows) {
  DMatrixHandle matrix = rows.handle();
  const char* name = "rows";
  const char* text = nullptr;
  check(XGBoosterEvalOneIter(handle_.get(), static_cast<int>(round), &matrix, &name, 1, &text));
  // "[12]\trows-logloss:0.4123": the number stands after the last colon.
  const std::string_view line = text;
  const auto digits = line.substr(line.rfind(':') + 1);
  double value = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (parsed.ec != std::errc{}) {
    throw Error(ErrorKind::internal, "learn.xgboost",
                fmt::format("XGBoost's evaluation '{}' is not a number", line));
  }
  return value;
}

std::vector<float> Booster::predict(const Matrix& rows, unsigned n_rounds) const {
  constexpr int kTransformed = 0;
  return predict_as(rows, n_rounds, kTransformed);
}

std::vector<float> Booster::predict_margins(const Matrix& rows, unsigned n_rounds) const {
  constexpr int kMargin = 1;
  return predict_as(rows, n_rounds, kMargin);
}

std::vector<float> Booster::predict_as(const Matrix& rows, unsigned n_rounds, int type) const {
  const auto config = fmt::format(
      R"({{"type":{},"training":false,"iteration_begin":0,"iteration_end":{},"strict_shape":true}})",
      type, n_rounds);
  const bst_ulong* shape = nullptr;
  bst_ulong n_dimensions = 0;
  const float* values = nullptr;
  check(XGBoosterPredictFromDMatrix(handle_.get(), rows.handle(), config.c_str(), &shape,
                                    &n_dimensions, &values));
  const auto count =
      std::accumulate(shape, shape + n_dimensions, bst_ulong{1}, std::multiplies<bst_ulong>{});
  return {values, values + count};
}

std::string Booster::serialize() const {
  bst_ulong size = 0;
  const char* bytes = nullptr;
  check(XGBoosterSaveModelToBuffer(handle_.get(), R"({"format":"ubj"})", &size, &bytes));
  return {bytes, size};
}

}  // namespace mlops::learn::xgboost
