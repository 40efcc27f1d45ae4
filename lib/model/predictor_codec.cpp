#include "model/predictor_codec.hpp"

#include "model/forest_codec.hpp"

namespace mlops::model {
namespace {

// Field lists. Each serves reading and writing; their order is the format.

template <typename A>
void fields(A& archive, FieldsOf<A, LinearParts> parts) {
  archive(parts.intercepts);
  archive(parts.weights);
  archive(parts.input_means);
}

template <typename A>
void fields(A& archive, FieldsOf<A, KernelParts> parts) {
  archive(parts.gamma);
  archive(parts.vectors);
  archive(parts.alphas);
  archive(parts.biases);
  archive(parts.input_means);
}

template <typename A>
void fields(A& archive, FieldsOf<A, DenseLayer> layer) {
  archive(layer.n_inputs);
  archive(layer.n_outputs);
  archive(layer.weights);
  archive(layer.biases);
  archive.enumerator(layer.activation, Activation::logistic);
}

void write_mlp(ByteWriter& writer, const Mlp& mlp) {
  writer(mlp.input_means());
  writer(static_cast<std::uint64_t>(mlp.layers().size()));
  for (const DenseLayer& layer : mlp.layers()) fields(writer, layer);
}

Mlp read_mlp(ByteReader& reader) {
  std::vector<double> means;
  reader(means);
  std::vector<DenseLayer> layers(reader.count(25));  // two sizes, two counts, activation
  for (DenseLayer& layer : layers) fields(reader, layer);
  return {std::move(layers), std::move(means)};
}

struct WritePredictor {
  ByteWriter& writer;
  void operator()(const Forest& forest) const { ForestCodec::write(writer, forest); }
  void operator()(const Linear& linear) const { fields(writer, linear.parts()); }
  void operator()(const KernelExpansion& kernel) const { fields(writer, kernel.parts()); }
  void operator()(const Mlp& mlp) const { write_mlp(writer, mlp); }
};

}  // namespace

void write_predictor(ByteWriter& writer, const Predictor& predictor) {
  writer(static_cast<std::uint8_t>(predictor.index()));
  std::visit(WritePredictor{writer}, predictor);
}

template <typename P, typename Parts>
Predictor read_parts(ByteReader& reader) {
  Parts parts;
  fields(reader, parts);
  return P(std::move(parts));
}

Predictor read_predictor(ByteReader& reader) {
  std::uint8_t index = 0;
  reader(index);
  switch (index) {
    case 0:
      return ForestCodec::read(reader);
    case 1:
      return read_parts<Linear, LinearParts>(reader);
    case 2:
      return read_parts<KernelExpansion, KernelParts>(reader);
    case 3:
      return read_mlp(reader);
    default:
      fail_corrupt("an unknown kind of predictor");
  }
}

}  // namespace mlops::model
