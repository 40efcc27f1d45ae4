// The flat arrays of a forest as bytes. Reading checks that they are exactly what Forest's
// constructor lays out: breadth first, siblings beside each other, children after their parent.
#pragma once

#include "model/bundle_bytes.hpp"
#include "model/forest.hpp"

namespace mlops::model {

class ForestCodec {
 public:
  static void write(ByteWriter& writer, const Forest& forest);
  /// Throws corrupt.
  [[nodiscard]] static Forest read(ByteReader& reader);

 private:
  template <typename Archive>
  static void fields(Archive& archive, FieldsOf<Archive, Forest> forest);
  static void check(const Forest& forest);
  static void check_tree(const Forest& forest, std::size_t begin, std::size_t end,
                         std::size_t& next_set);
};

}  // namespace mlops::model
