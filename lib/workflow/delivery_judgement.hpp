// Whether a delivery of new labelled rows may be learnt from. Pure: what the rows look like beside
// what the champion was trained on decides, before any training sees them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/profile.hpp"
#include "data/schema.hpp"
#include "data/table.hpp"
#include "model/model.hpp"

namespace mlops::workflow {

enum class DeliveryVerdict { use, warn, quarantine };
std::string_view to_string(DeliveryVerdict verdict) noexcept;

/// One remark about a delivery.
struct DeliveryFinding {
  std::string code;  ///< "delivery.scaled"
  std::string message;
  bool disqualifies = false;
};

struct DeliveryJudgement {
  DeliveryVerdict verdict = DeliveryVerdict::use;
  std::vector<DeliveryFinding> findings;  ///< those that disqualify first

  /// The first finding's message; empty without any.
  [[nodiscard]] std::string reason() const;
};

/// What a delivery is compared with.
struct DeliveryReference {
  const data::Schema& schema;
  const data::ReferenceProfile& profile;
  const model::Model* champion = nullptr;  ///< null: its score is not looked at
  /// Share of repeated rows and of each class among the champion's training rows; nothing where
  /// they are not kept.
  std::optional<double> repeated_share;
  std::vector<double> class_shares;
};

/// Share of each class among the rows with a known one; empty in regression.
[[nodiscard]] std::vector<double> class_shares(const data::Table& table,
                                               const data::Schema& schema);

/// Quarantined: columns absent or of another kind, outcomes that the model does not know or that
/// are mostly missing, a class gone that chance would not take away, many more repeated rows than
/// before, a number whose distribution becomes the reference's again once a factor or unit is
/// undone. Warned about: other large drift, and a champion that scores no better on the rows than
/// one constant answer. Where the world really changed, the gate decides.
[[nodiscard]] DeliveryJudgement judge_delivery(const data::Table& table,
                                               const DeliveryReference& reference);

}  // namespace mlops::workflow
