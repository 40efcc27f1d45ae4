#include "model/bundle.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <optional>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "model/contribution.hpp"
#include "unit/model/sample_pipelines.hpp"

namespace mlops::model {
namespace {

using test::NamedPipeline;
using test::sample_pipelines;
using test::sample_rows;

/// What loading said: nothing when it was accepted.
std::optional<ErrorKind> error_of(std::string_view bytes) {
  try {
    static_cast<void>(pipeline_from_bytes(bytes));
    return std::nullopt;
  } catch (const Error& error) {
    return error.kind();
  }
}

/// Makes the trailing checksum right again after damage.
std::string repaired(std::string bytes) {
  const std::size_t end = bytes.size() - 8;
  const std::uint64_t sum = bundle_checksum(std::string_view(bytes).substr(0, end));
  std::memcpy(bytes.data() + end, &sum, sizeof sum);
  return bytes;
}

/// Uses everything a model is used for.
void exercise(const Pipeline& pipeline, const data::ConformedRows& rows) {
  const data::Predictions answers = predict(pipeline, rows);
  static_cast<void>(explain(pipeline, rows, answers));
  static_cast<void>(describe(pipeline));
}

/// Loads damaged bytes whose checksum is right: refused as corrupt, or harmless.
bool refused_or_harmless(const std::string& bytes, const data::ConformedRows& rows) {
  try {
    const Pipeline pipeline = pipeline_from_bytes(bytes);
    // Model's constructor refuses another number of features than the schema's.
    if (pipeline.encoders.front().n_features() != rows.n_features) return true;
    exercise(pipeline, rows);
    return true;
  } catch (const Error& error) {
    return error.kind() == ErrorKind::corrupt;
  }
}

}  // namespace

TEST_SUITE("model/bundle") {
  TEST_CASE("a pipeline comes back with the same answers and the same bytes") {
    const data::ConformedRows rows = sample_rows(50);
    for (const NamedPipeline& sample : sample_pipelines()) {
      CAPTURE(sample.name);
      const std::string bytes = pipeline_to_bytes(sample.pipeline);
      const Pipeline back = pipeline_from_bytes(bytes);
      CHECK(pipeline_to_bytes(back) == bytes);
      const data::Predictions before = predict(sample.pipeline, rows);
      const data::Predictions after = predict(back, rows);
      CHECK(after.values == before.values);
      CHECK(after.lower == before.lower);
      CHECK(after.probabilities == before.probabilities);
      CHECK(after.labels == before.labels);
      CHECK(explain(back, rows, after).values == explain(sample.pipeline, rows, before).values);
    }
  }

  TEST_CASE("the same pipeline built twice gives the same bytes") {
    CHECK(pipeline_to_bytes(test::binary_pipeline()) == pipeline_to_bytes(test::binary_pipeline()));
  }

  TEST_CASE("any changed byte is noticed") {
    for (const NamedPipeline& sample : sample_pipelines()) {
      CAPTURE(sample.name);
      const std::string bytes = pipeline_to_bytes(sample.pipeline);
      std::size_t n_accepted = 0;
      for (std::size_t i = 0; i < bytes.size(); ++i) {
        std::string damaged = bytes;
        damaged[i] = static_cast<char>(damaged[i] ^ (1 << (i % 8)));
        n_accepted += error_of(damaged) == ErrorKind::corrupt ? 0U : 1U;
      }
      CHECK(n_accepted == 0);
    }
  }

  TEST_CASE("any cut is noticed, and anything appended") {
    const std::string bytes = pipeline_to_bytes(test::regression_pipeline());
    std::size_t n_accepted = 0;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      n_accepted += error_of(bytes.substr(0, size)) == ErrorKind::corrupt ? 0U : 1U;
      if (size < 24) continue;
      n_accepted += error_of(repaired(bytes.substr(0, size))) == ErrorKind::corrupt ? 0U : 1U;
    }
    CHECK(n_accepted == 0);
    CHECK(error_of(repaired(bytes + std::string(8, '\0'))) == ErrorKind::corrupt);
    CHECK(error_of("") == ErrorKind::corrupt);
    CHECK(error_of(std::string(100, '\0')) == ErrorKind::corrupt);
  }

  TEST_CASE("damage behind a right checksum is refused or harmless") {
    const data::ConformedRows rows = sample_rows(1, 5);
    for (const NamedPipeline& sample : sample_pipelines()) {
      CAPTURE(sample.name);
      const std::string bytes = pipeline_to_bytes(sample.pipeline);
      for (std::size_t i = 8; i + 8 < bytes.size(); ++i) {
        const int values[] = {bytes[i] ^ 1, bytes[i] ^ 0x80, 0, 0xff};
        std::string damaged = bytes;
        damaged[i] = static_cast<char>(values[i % std::size(values)]);
        if (refused_or_harmless(repaired(std::move(damaged)), rows)) continue;
        CAPTURE(i);
        CHECK_MESSAGE(false, "neither refused as corrupt nor harmless");
      }
    }
  }

  TEST_CASE("counts far beyond the file are refused before memory is asked for") {
    const std::string bytes = pipeline_to_bytes(test::multiclass_pipeline());
    const std::uint64_t huge = std::uint64_t{1} << 60;
    std::size_t n_bad = 0;
    for (std::size_t i = 16; i + 16 < bytes.size(); ++i) {
      std::string damaged = bytes;
      std::memcpy(damaged.data() + i, &huge, sizeof huge);
      n_bad += refused_or_harmless(repaired(std::move(damaged)), sample_rows(1)) ? 0U : 1U;
    }
    CHECK(n_bad == 0);
  }

  TEST_CASE("a newer format is refused by name") {
    std::string bytes = pipeline_to_bytes(test::binary_pipeline());
    bytes[8] = static_cast<char>(kBundleFormatVersion + 1);
    try {
      static_cast<void>(pipeline_from_bytes(repaired(bytes)));
      CHECK_MESSAGE(false, "accepted");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::corrupt);
      CHECK(error.code() == "model.unknown_format");
      CHECK(std::string(error.what()).find("format version 3") != std::string::npos);
    }
  }

  TEST_CASE("format versions 1 and 2 are the bytes they always were") {
    // A change here is a change of the format: raise kBundleFormatVersion and keep reading both.
    std::string all[2];
    for (const NamedPipeline& sample : sample_pipelines()) {
      const std::string bytes = pipeline_to_bytes(sample.pipeline);
      const bool has_class_weights = sample.name.find("class weights") != std::string::npos;
      CHECK(bytes[8] == (has_class_weights ? 2 : 1));
      all[has_class_weights ? 1 : 0] += bytes;
    }
    CHECK(sha256_hex(all[0]) == "ba0adf5713b87f98ff652bfc394e8ce54a323355f6d2761060e0c9a59caf8d97");
    CHECK(sha256_hex(all[1]) == "39f1d1c2f558663e30b23a189c1b09d5ba3f4d195e291e85692abc2823cd54ff");
  }
}

}  // namespace mlops::model
