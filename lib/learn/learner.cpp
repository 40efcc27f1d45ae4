#include "learn/learner.hpp"

#include "learn/boosting.hpp"
#include "learn/dlib_learners/dlib_learners.hpp"
#include "learn/dummy.hpp"

namespace mlops::learn {

void FitContext::check() const {
  if (cancel != nullptr) cancel->check();
  if (give_up_at && std::chrono::steady_clock::now() > *give_up_at) throw OutOfTime{};
}

FoldFit Learner::judge(const Sample& train, const Sample& valid, const FitContext& context) const {
  auto member = fit(train, {}, context);
  FoldFit result;
  result.answers = model::member_answers(member, valid.inputs, valid.n_rows, valid.n_classes);
  if (context.keep_model) result.member = std::move(member);
  return result;
}

namespace {

struct Maker {
  std::unique_ptr<Learner> operator()(const DummyParameters&) const {
    return std::make_unique<DummyLearner>();
  }
  std::unique_ptr<Learner> operator()(const LinearParameters& parameters) const {
    return make_linear_learner(parameters);
  }
  std::unique_ptr<Learner> operator()(const BoostingParameters& parameters) const {
    return std::make_unique<BoostingLearner>(parameters);
  }
  std::unique_ptr<Learner> operator()(const KernelParameters& parameters) const {
    return make_kernel_learner(parameters);
  }
  std::unique_ptr<Learner> operator()(const RandomForestParameters& parameters) const {
    return make_random_forest_learner(parameters);
  }
  std::unique_ptr<Learner> operator()(const PerceptronParameters& parameters) const {
    return make_perceptron_learner(parameters);
  }
};

}  // namespace

std::unique_ptr<Learner> make_learner(const TrialParameters& parameters) {
  return std::visit(Maker{}, parameters);
}

}  // namespace mlops::learn
