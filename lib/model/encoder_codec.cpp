#include "model/encoder_codec.hpp"

#include "model/bundle_choice.hpp"

namespace mlops::model {

// Field lists. Each serves reading and writing; their order is the format. Not in an unnamed
// namespace: write_choice and read_choice find them by their arguments.

template <typename A>
void fields(A&, FieldsOf<A, PassThrough>) {}

template <typename A>
void fields(A& archive, FieldsOf<A, Standardized> step) {
  archive(step.mean);
  archive(step.scale);
  archive(step.fill);
  archive(step.missing_indicator);
  archive(step.minimum);
  archive(step.maximum);
}

template <typename A>
void fields(A& archive, FieldsOf<A, OneHot> step) {
  archive(step.slot_of_level);
  archive(step.n_slots);
  archive(step.other_slot);
  archive(step.missing_slot);
}

template <typename A>
void fields(A& archive, FieldsOf<A, TargetMap> step) {
  archive(step.n_targets);
  archive(step.values);
  archive(step.unseen);
  archive(step.missing);
  archive(step.log_counts);
  archive(step.missing_log_count);
}

template <typename A>
void fields(A& archive, FieldsOf<A, CategoryCode> step) {
  archive(step.code_of_level);
}

template <typename A>
void fields(A& archive, FieldsOf<A, QuantileBins> step) {
  archive(step.edges);
  archive(step.missing_slot);
}

template <typename A>
void fields(A& archive, FieldsOf<A, Cyclic> step) {
  archive(step.period);
}

void write_encoder(ByteWriter& writer, const Encoder& encoder) {
  writer(static_cast<std::uint64_t>(encoder.n_features()));
  writer(static_cast<std::uint64_t>(encoder.encodings().size()));
  for (const Encoding& encoding : encoder.encodings()) {
    writer(encoding.feature);
    writer.enumerator(encoding.source, CellSource::elapsed_days);
    writer(encoding.origin_seconds);
    write_choice(writer, encoding.step);
  }
}

Encoder read_encoder(ByteReader& reader) {
  std::uint64_t n_features = 0;
  reader(n_features);
  std::vector<Encoding> encodings(reader.count(14));  // feature, source, origin, kind
  for (Encoding& encoding : encodings) {
    reader(encoding.feature);
    reader.enumerator(encoding.source, CellSource::elapsed_days);
    reader(encoding.origin_seconds);
    encoding.step = read_choice<EncodingStep>(reader);
  }
  return {std::move(encodings), static_cast<std::size_t>(n_features)};
}

}  // namespace mlops::model
