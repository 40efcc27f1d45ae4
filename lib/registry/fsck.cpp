#include "registry/fsck.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/file.hpp"
#include "registry/books.hpp"
#include "registry/datasets.hpp"
#include "registry/directory.hpp"
#include "registry/layout.hpp"
#include "registry/model_check.hpp"
#include "registry/staging.hpp"

namespace mlops::registry {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::pair<FindingKind, std::string_view>, 3> kKinds{
    {{FindingKind::damage, "damage"},
     {FindingKind::leftover, "leftover"},
     {FindingKind::orphan, "orphan"}}};

/// What people keep beside a registry: its description and its version control's files.
constexpr std::array<std::string_view, 7> kRootEntries{
    "registry.yaml", "models", "datasets", "README.md", ".gitignore", ".gitattributes", ".git"};

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// One run over a registry.
class Run {
 public:
  Run(const Registry& registry, FsckMode mode)
      : registry_(registry), root_(registry.root()), repair_(mode == FsckMode::repair) {}

  FsckReport run() && {
    check_format();
    check_root();
    check_staging();
    for (const std::string& name : model_names()) check_one(name);
    check_datasets();
    const auto before = [](const Finding& a, const Finding& b) {
      return std::tie(a.path, a.code, a.message) < std::tie(b.path, b.code, b.message);
    };
    std::sort(report_.findings.begin(), report_.findings.end(), before);
    return std::move(report_);
  }

 private:
  Finding& add(FindingKind kind, std::string code, const fs::path& path, std::string message) {
    return report_.findings.emplace_back(
        Finding{.kind = kind,
                .code = std::move(code),
                .path = path.lexically_relative(root_).generic_string(),
                .message = std::move(message)});
  }

  /// An unfinished replacement, unless its writer is alive: it holds `lock_file` until it is done.
  void add_replacement(const fs::path& path, const fs::path& lock_file) {
    const auto lock = if_possible([&] { return FileLock::acquire(lock_file); });
    if (!is_there(path)) return;
    Finding& finding = add(FindingKind::leftover, "replacement.unfinished", path,
                           "a change that was not completed");
    if (!repair_) return;
    remove_file(path);
    finding.repaired = true;
  }

  /// Lists models without asking for the registry's format, which may be what is damaged.
  std::vector<std::string> model_names() {
    std::vector<std::string> names;
    for (const auto& [name, is_directory] : list_directory(layout::models(root_))) {
      const fs::path path = layout::models(root_) / name;
      if (is_valid_model_name(name) && is_directory) {
        names.push_back(name);
      } else if (!name.starts_with(layout::kStagingPrefix) && path != layout::locks(root_) &&
                 path != layout::staging_lock(root_)) {
        add(FindingKind::orphan, "file.unknown", path, "not a model");
      }
    }
    return names;
  }

  void check_format() {
    const fs::path format = layout::format_file(root_);
    if (is_there(format)) {
      try {
        (void)registry_.names();
      } catch (const Error& failure) {
        add(FindingKind::damage, "registry.format", format, failure.what());
      }
    } else if (!registry_.names().empty()) {
      add(FindingKind::damage, "registry.format_missing", format,
          "the registry does not say its format; any writing command puts it back");
    } else {
      if (repair_) registry_.create_if_absent();
      add(FindingKind::leftover, "registry.format_missing", format, "it was not created completely")
          .repaired = repair_;
    }
  }

  void check_root() {
    for (const auto& [name, is_directory] : list_directory(root_)) {
      if (layout::is_replacement(name)) {
        add_replacement(root_ / name, layout::staging_lock(root_));
      } else if (!contains(kRootEntries, name)) {
        add(FindingKind::orphan, "file.unknown", root_ / name, "not a file of a registry");
      }
    }
  }

  void check_staging() {
    const auto abandoned =
        repair_ ? remove_abandoned_staging(root_) : find_abandoned_staging(root_);
    for (const fs::path& path : abandoned)
      add(FindingKind::leftover, "staging.abandoned", path,
          "what an interrupted command was preparing or removing")
          .repaired = repair_;
  }

  void check_one(const std::string& name) {
    ModelCheck check = check_model(root_, name);
    if (!check.findings.empty()) {
      if (const auto lock = if_possible([&] { return hold_model(root_, name); })) {
        if (!registry_.exists(name)) return;
        check = check_model(root_, name);
        if (repair_) repair_model(registry_, name, check.findings);
      }
    }
    ++report_.n_models;
    report_.n_versions += check.n_versions;
    report_.n_files += check.n_files;
    report_.n_bytes += check.n_bytes;
    report_.n_events += check.n_events;
    referenced_.merge(check.referenced_datasets);
    references_known_ = references_known_ && check.references_known;
    std::move(check.findings.begin(), check.findings.end(), std::back_inserter(report_.findings));
  }

  /// The lock that `hold` takes; nothing on a read-only mount, where nobody changes anything.
  template <typename Hold>
  std::optional<FileLock> if_possible(const Hold& hold) const {
    try {
      return hold();
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::io || repair_) throw;
      return std::nullopt;
    }
  }

  void check_datasets() {
    for (const auto& [name, is_directory] : list_directory(layout::datasets(root_))) {
      const fs::path path = layout::datasets(root_) / name;
      if (layout::is_replacement(name)) {
        add_replacement(path, layout::datasets_lock(root_));
      } else if (const auto hash = layout::parse_dataset(name)) {
        check_dataset(path, *hash);
      } else if (path != layout::datasets_lock(root_)) {
        add(FindingKind::orphan, "file.unknown", path, "not a snapshot");
      }
    }
  }

  void check_dataset(const fs::path& path, const std::string& hash) {
    ++report_.n_datasets;
    try {
      const std::string fault = snapshot_fault(root_, hash);
      if (!fault.empty()) add(FindingKind::damage, "dataset.changed", path, fault);
    } catch (const Error& failure) {
      if (failure.kind() == ErrorKind::not_found) return;  // gc removed it meanwhile
      add(FindingKind::damage, "dataset.unreadable", path, failure.what());
    }
    if (references_known_ && !referenced_.contains(hash))
      add(FindingKind::orphan, "dataset.unreferenced", path, "no version needs it; gc removes it");
  }

  const Registry& registry_;
  const fs::path root_;
  const bool repair_;
  FsckReport report_;
  std::set<std::string> referenced_;
  bool references_known_ = true;
};

}  // namespace

std::string_view to_string(FindingKind kind) noexcept {
  for (const auto& [value, name] : kKinds) {
    if (value == kind) return name;
  }
  return "damage";
}

std::optional<FindingKind> parse_finding_kind(std::string_view text) noexcept {
  for (const auto& [value, name] : kKinds) {
    if (name == text) return value;
  }
  return std::nullopt;
}

std::uint64_t FsckReport::count(FindingKind kind) const noexcept {
  return static_cast<std::uint64_t>(
      std::count_if(findings.begin(), findings.end(),
                    [&](const Finding& f) { return f.kind == kind && !f.repaired; }));
}

bool is_lost_version(const Registry& registry, std::string_view name, Version version) {
  return registry.exists(name) && is_lost(registry.model_directory(name), version);
}

FsckReport fsck(const Registry& registry, FsckMode mode) {
  if (!is_directory_there(layout::models(registry.root())))
    throw Error(ErrorKind::not_found, "registry.not_found",
                "there is no registry at '" + registry.root().string() + "'",
                "'mlops train DATA' makes one; --registry names another place");
  return Run(registry, mode).run();
}

}  // namespace mlops::registry
