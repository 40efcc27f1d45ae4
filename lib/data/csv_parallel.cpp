#include "data/csv_parallel.hpp"

#include <algorithm>
#include <exception>
#include <optional>
#include <thread>
#include <utility>

#include "data/csv_sample.hpp"

namespace mlops::data {
namespace {

constexpr std::size_t kProbeBytes = std::size_t{256} << 10;
constexpr std::size_t kProbedLines = 8;
constexpr std::size_t kConfirmingRecords = 5;

/// True when records of the right width follow from the start of `text`.
bool records_follow(std::string_view text, const SliceRequest& request) {
  const CsvSample sample = split_records(text, request.syntax, kConfirmingRecords);
  return sample.n_bad == 0 && sample.records.size() == kConfirmingRecords &&
         std::all_of(sample.records.begin(), sample.records.end(), [&](const CsvRecord& record) {
           return record.fields.size() == request.columns.size();
         });
}

/// Where a record probably begins at or after `offset`: behind a line end from which several
/// records of the right width follow. Nothing when none of the first lines is like that.
std::optional<std::uint64_t> probable_record_start(const SliceRequest& request,
                                                   std::uint64_t offset) {
  std::string text = request.source->copy(offset, kProbeBytes);
  text.resize(after_last_line_end(text));
  CsvCursor cursor(text.data(), text.data() + text.size(), request.syntax);
  for (std::size_t i = 0; i < kProbedLines && !cursor.at_limit(); ++i) {
    cursor.skip_line();
    cursor.skip_blank_lines();
    const auto used = static_cast<std::size_t>(cursor.position() - text.data());
    if (records_follow(std::string_view(text).substr(used), request)) return offset + used;
  }
  return std::nullopt;
}

std::vector<SliceRequest> cut(const SliceRequest& request, std::uint64_t n_slices) {
  const std::uint64_t size = request.end - request.begin;
  std::vector<std::uint64_t> begins = {request.begin};
  for (std::uint64_t i = 1; i < n_slices; ++i) {
    const auto start = probable_record_start(request, request.begin + size / n_slices * i);
    if (start && *start > begins.back()) begins.push_back(*start);
  }
  std::vector<SliceRequest> slices(begins.size(), request);
  for (std::size_t i = 0; i < slices.size(); ++i) {
    slices[i].begin = begins[i];
    if (i + 1 < slices.size()) slices[i].end = begins[i + 1];
    // The first stretch takes the rows of all others in the end.
    if (i > 0) slices[i].expected_rows = request.expected_rows / slices.size();
  }
  return slices;
}

/// A slice's result or what it threw; no exception leaves a thread.
struct Outcome {
  std::optional<SliceResult> result;
  std::exception_ptr error;
};

void parse_into(const SliceRequest& request, Outcome& outcome) noexcept {
  try {
    outcome.result = parse_slice(request);
  } catch (...) {
    outcome.error = std::current_exception();
  }
}

std::vector<SliceResult> parse_all(const std::vector<SliceRequest>& slices) {
  std::vector<Outcome> outcomes(slices.size());
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < slices.size(); ++i) {
      threads.emplace_back([&, i] { parse_into(slices[i], outcomes[i]); });
    }
    parse_into(slices[0], outcomes[0]);
  }
  std::vector<SliceResult> results;
  for (Outcome& outcome : outcomes) {
    if (outcome.error) std::rethrow_exception(outcome.error);
    results.push_back(std::move(*outcome.result));
  }
  return results;
}

bool cuts_hold(const std::vector<SliceRequest>& slices, const std::vector<SliceResult>& results) {
  for (std::size_t i = 0; i + 1 < slices.size(); ++i) {
    if (results[i].unterminated || results[i].end != slices[i + 1].begin) return false;
  }
  return true;
}

}  // namespace

SliceResult parse_in_parallel(const SliceRequest& request, unsigned n_threads,
                              std::uint64_t least_bytes) {
  const std::uint64_t size = request.end - request.begin;
  const std::uint64_t n_slices = std::min<std::uint64_t>(n_threads, size / least_bytes);
  if (n_slices < 2) return parse_slice(request);
  const std::vector<SliceRequest> slices = cut(request, n_slices);
  std::vector<SliceResult> results = parse_all(slices);
  if (!cuts_hold(slices, results)) {
    results.clear();
    return parse_slice(request);
  }
  SliceResult whole = std::move(results.front());
  for (std::size_t i = 1; i < results.size(); ++i) append_slice(whole, std::move(results[i]));
  return whole;
}

}  // namespace mlops::data
