#include "workflow/unit_change.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "observe/drift.hpp"

namespace mlops::workflow {
namespace {

/// Drift that a unit might explain, and what may be left once it is undone. Siddiqi's rule of
/// thumb calls 0.25 a large shift ("Credit Risk Scorecards", 2006); half and double of it, so that
/// neither ordinary drift nor an ordinary remainder decides.
constexpr double kUnlikePsi = 0.5;
constexpr double kAlikePsi = 0.125;
/// Values below which distributions are not compared.
constexpr std::size_t kLeastValues = 100;

/// delivered = factor * true + offset.
struct Change {
  double factor;
  double offset;
  const char* name;
};

/// Factors between units that people confuse.
constexpr Change kChanges[] = {{100, 0, "multiplied by 100"},
                               {0.01, 0, "divided by 100"},
                               {1000, 0, "multiplied by 1,000"},
                               {0.001, 0, "divided by 1,000"},
                               {10, 0, "multiplied by 10"},
                               {0.1, 0, "divided by 10"},
                               {1e6, 0, "multiplied by 1,000,000"},
                               {1e-6, 0, "divided by 1,000,000"},
                               {-1, 0, "with the opposite sign"},
                               {1.8, 32, "in Fahrenheit instead of Celsius"},
                               {1 / 1.8, -32 / 1.8, "in Celsius instead of Fahrenheit"},
                               {1, 273.15, "in Kelvin instead of Celsius"},
                               {1, -273.15, "in Celsius instead of Kelvin"},
                               {60, 0, "multiplied by 60 (minutes and seconds?)"},
                               {1.0 / 60, 0, "divided by 60 (minutes and seconds?)"},
                               {3600, 0, "multiplied by 3,600 (hours and seconds?)"},
                               {1.0 / 3600, 0, "divided by 3,600 (hours and seconds?)"},
                               {24, 0, "multiplied by 24 (days and hours?)"},
                               {1.0 / 24, 0, "divided by 24 (days and hours?)"},
                               {12, 0, "multiplied by 12 (years and months?)"},
                               {1.0 / 12, 0, "divided by 12 (years and months?)"},
                               {365.25, 0, "multiplied by 365 (years and days?)"},
                               {1 / 365.25, 0, "divided by 365 (years and days?)"},
                               {2.54, 0, "multiplied by 2.54 (inches and centimetres?)"},
                               {1 / 2.54, 0, "divided by 2.54 (inches and centimetres?)"},
                               {1.609344, 0, "multiplied by 1.609 (miles and kilometres?)"},
                               {1 / 1.609344, 0, "divided by 1.609 (miles and kilometres?)"},
                               {3.28084, 0, "multiplied by 3.281 (metres and feet?)"},
                               {1 / 3.28084, 0, "divided by 3.281 (metres and feet?)"},
                               {2.204623, 0, "multiplied by 2.205 (kilograms and pounds?)"},
                               {1 / 2.204623, 0, "divided by 2.205 (kilograms and pounds?)"},
                               {3.6, 0, "multiplied by 3.6 (m/s and km/h?)"},
                               {1 / 3.6, 0, "divided by 3.6 (m/s and km/h?)"}};

}  // namespace

double psi_against(const data::ColumnProfile& profile, std::span<const double> values) {
  std::vector<std::uint64_t> counts(profile.n_bins());
  for (const double value : values)
    if (!std::isnan(value)) ++counts[profile.bin_of(value)];
  return observe::population_stability_index(observe::smoothed_shares(profile.counts),
                                             observe::smoothed_shares(counts));
}

std::optional<std::string> unit_change(const data::ColumnProfile& profile,
                                       std::span<const double> values) {
  std::vector<double> present;
  for (const double value : values)
    if (!std::isnan(value)) present.push_back(value);
  if (present.size() < kLeastValues || profile.n_bins() < 2) return std::nullopt;
  const double noise =
      observe::psi_noise_floor(static_cast<double>(profile.n_present),
                               static_cast<double>(present.size()), profile.n_bins());
  if (psi_against(profile, present) < kUnlikePsi + noise) return std::nullopt;
  const Change* best = nullptr;
  double best_psi = std::max(kAlikePsi, noise);
  std::vector<double> undone(present.size());
  for (const Change& change : kChanges) {
    for (std::size_t i = 0; i < present.size(); ++i)
      undone[i] = (present[i] - change.offset) / change.factor;
    const double psi = psi_against(profile, undone);
    if (psi >= best_psi) continue;
    best = &change;
    best_psi = psi;
  }
  if (best == nullptr) return std::nullopt;
  return std::string(best->name);
}

}  // namespace mlops::workflow
