#include "model/bundle.hpp"

#include "model/bundle_choice.hpp"
#include "model/encoder_codec.hpp"
#include "model/predictor_codec.hpp"

namespace mlops::model {

// Field lists. Each serves reading and writing; their order is the format. Not in an unnamed
// namespace: write_choice and read_choice find them by their arguments.

template <typename A>
void fields(A& archive, FieldsOf<A, LinkParameters> parameters) {
  archive(parameters.margin_scale);
  archive(parameters.margin_shift);
  archive(parameters.offset);
  archive(parameters.floor);
}

template <typename A>
void fields(A& archive, FieldsOf<A, Platt> calibration) {
  archive(calibration.slope);
  archive(calibration.intercept);
}

template <typename A>
void fields(A& archive, FieldsOf<A, Isotonic> calibration) {
  archive(calibration.inputs);
  archive(calibration.outputs);
}

template <typename A>
void fields(A& archive, FieldsOf<A, Temperature> calibration) {
  archive(calibration.temperature);
}

template <typename A>
void fields(A& archive, FieldsOf<A, ClassFactors> calibration) {
  archive(calibration.factors);
}

namespace {

constexpr std::string_view kMagic = "MLOPSMDL";
constexpr std::size_t kHeaderBytes = 16;  // magic, format version, zero
constexpr std::size_t kTrailerBytes = 8;  // checksum

void write_member(ByteWriter& writer, const Member& member) {
  writer(member.learner);
  writer(static_cast<std::uint64_t>(member.encoder));
  writer.enumerator(member.link, Link::clipped_share);
  fields(writer, member.parameters);
  writer(member.weight);
  write_predictor(writer, member.predictor);
}

void read_member(ByteReader& reader, Member& member) {
  reader(member.learner);
  reader(member.encoder);
  reader.enumerator(member.link, Link::clipped_share);
  fields(reader, member.parameters);
  reader(member.weight);
  member.predictor = read_predictor(reader);
}

void write_interval(ByteWriter& writer, const ConformalInterval& interval) {
  writer(interval.coverage);
  writer(interval.below);
  writer(interval.above);
  writer(interval.scale.has_value());
  if (!interval.scale) return;
  writer(static_cast<std::uint64_t>(interval.scale->encoder));
  writer.enumerator(interval.scale->link, Link::clipped_share);
  fields(writer, interval.scale->parameters);
  writer(interval.scale->floor);
  write_predictor(writer, interval.scale->predictor);
}

ConformalInterval read_interval(ByteReader& reader) {
  ConformalInterval interval;
  reader(interval.coverage);
  reader(interval.below);
  reader(interval.above);
  bool has_scale = false;
  reader(has_scale);
  if (!has_scale) return interval;
  ErrorScale& scale = interval.scale.emplace();
  reader(scale.encoder);
  reader.enumerator(scale.link, Link::clipped_share);
  fields(reader, scale.parameters);
  reader(scale.floor);
  scale.predictor = read_predictor(reader);
  return interval;
}

/// What a program of before version 2 does not know.
bool needs_version_2(const Pipeline& pipeline) {
  const bool factors =
      pipeline.calibration && std::holds_alternative<ClassFactors>(*pipeline.calibration);
  return factors || !pipeline.label_weights.empty() ||
         std::any_of(pipeline.members.begin(), pipeline.members.end(),
                     [](const Member& member) { return !member.parameters.class_factors.empty(); });
}

/// Version 2 goes on where version 1 ends.
void write_class_weights(ByteWriter& writer, const Pipeline& pipeline) {
  writer(pipeline.label_weights);
  for (const Member& member : pipeline.members) writer(member.parameters.class_factors);
}

void read_class_weights(ByteReader& reader, Pipeline& pipeline) {
  reader(pipeline.label_weights);
  for (Member& member : pipeline.members) reader(member.parameters.class_factors);
}

void write_pipeline(ByteWriter& writer, const Pipeline& pipeline) {
  writer.enumerator(pipeline.task, data::Task::regression);
  writer(static_cast<std::uint64_t>(pipeline.n_classes));
  writer(pipeline.threshold);
  writer(pipeline.minimum);
  writer(pipeline.maximum);
  writer(static_cast<std::uint64_t>(pipeline.encoders.size()));
  for (const Encoder& encoder : pipeline.encoders) write_encoder(writer, encoder);
  writer(static_cast<std::uint64_t>(pipeline.members.size()));
  for (const Member& member : pipeline.members) write_member(writer, member);
  writer(pipeline.calibration.has_value());
  if (pipeline.calibration) write_choice(writer, *pipeline.calibration);
  writer(pipeline.interval.has_value());
  if (pipeline.interval) write_interval(writer, *pipeline.interval);
}

Pipeline read_pipeline(ByteReader& reader) {
  Pipeline pipeline;
  reader.enumerator(pipeline.task, data::Task::regression);
  reader(pipeline.n_classes);
  reader(pipeline.threshold);
  reader(pipeline.minimum);
  reader(pipeline.maximum);
  pipeline.encoders.resize(reader.count(16));
  for (Encoder& encoder : pipeline.encoders) encoder = read_encoder(reader);
  pipeline.members.resize(reader.count(57));  // name, encoder, link, parameters, weight, kind
  for (Member& member : pipeline.members) read_member(reader, member);
  bool present = false;
  reader(present);
  if (present) pipeline.calibration = read_choice<Calibration>(reader);
  reader(present);
  if (present) pipeline.interval = read_interval(reader);
  return pipeline;
}

template <typename T>
T number_at(std::string_view bytes, std::size_t at) noexcept {
  T value{};
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

std::uint32_t version_of(std::string_view bytes) noexcept {
  return number_at<std::uint32_t>(bytes, kMagic.size());
}

/// The bytes between header and trailer, after both were found sound.
std::string_view checked_body(std::string_view bytes) {
  if (bytes.size() < kHeaderBytes + kTrailerBytes || !bytes.starts_with(kMagic)) {
    fail_corrupt("it does not begin like a model file");
  }
  const auto version = version_of(bytes);
  if (version == 0 || version > kBundleFormatVersion) {
    throw Error(ErrorKind::corrupt, "model.unknown_format",
                fmt::format("the model file has format version {}, this program reads up to {}",
                            version, kBundleFormatVersion),
                "use the program version that wrote it, or a newer one");
  }
  const std::size_t end = bytes.size() - kTrailerBytes;
  if (number_at<std::uint64_t>(bytes, end) != bundle_checksum(bytes.substr(0, end)) ||
      number_at<std::uint32_t>(bytes, kMagic.size() + 4) != 0) {
    fail_corrupt("its checksum is wrong");
  }
  return bytes.substr(kHeaderBytes, end - kHeaderBytes);
}

}  // namespace

std::uint64_t bundle_checksum(std::string_view bytes) noexcept {
  // FNV-1a over 8-byte words with a rotation: each step is a bijection of the state, so that any
  // single changed word changes the result. Not against intent: the registry's SHA-256 is.
  std::uint64_t state = 0xcbf29ce484222325ULL ^ bytes.size();
  const auto mix = [&state](std::uint64_t word) {
    state = std::rotl((state ^ word) * 0x100000001b3ULL, 29);
  };
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) mix(number_at<std::uint64_t>(bytes, at));
  for (; at < bytes.size(); ++at) mix(static_cast<std::uint8_t>(bytes[at]));
  return state;
}

std::string pipeline_to_bytes(const Pipeline& pipeline) {
  ByteWriter body;
  write_pipeline(body, pipeline);
  const bool version_2 = needs_version_2(pipeline);
  if (version_2) write_class_weights(body, pipeline);
  std::string bytes(kMagic);
  const auto append = [&bytes](auto value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  };
  append(std::uint32_t{version_2 ? 2U : 1U});
  append(std::uint32_t{0});
  bytes += body.bytes();
  append(bundle_checksum(bytes));
  return bytes;
}

Pipeline pipeline_from_bytes(std::string_view bytes) {
  ByteReader reader(checked_body(bytes));
  try {
    Pipeline pipeline = read_pipeline(reader);
    if (version_of(bytes) >= 2) read_class_weights(reader, pipeline);
    if (!reader.at_end()) fail_corrupt("it goes on after its end");
    pipeline.validate();
    return pipeline;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::corrupt) throw;
    fail_corrupt(error.what());
  }
}

}  // namespace mlops::model
