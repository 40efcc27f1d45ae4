#include "serve/version_loader.hpp"

#include <utility>

#include "model/self_test.hpp"

namespace mlops::serve {
namespace {

void self_test(const model::Model& model, const std::filesystem::path& directory) {
  try {
    model::run_self_test(model, directory);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
  }
}

}  // namespace

std::shared_ptr<const LoadedVersion> load_version(const registry::Registry& registry,
                                                  std::string_view name,
                                                  registry::Version version) {
  registry.check_integrity(name, version);
  registry::Manifest manifest = registry.manifest(name, version);
  const std::filesystem::path directory = registry.version_directory(name, version);
  model::Model model = model::Model::load(directory);
  self_test(model, directory);
  codec::AnswerTexts texts(name, version, model.schema());
  return std::make_shared<const LoadedVersion>(
      LoadedVersion{std::move(manifest), std::move(model), std::move(texts)});
}

}  // namespace mlops::serve
