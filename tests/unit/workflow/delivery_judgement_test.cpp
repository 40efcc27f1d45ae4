#include "workflow/delivery_judgement.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/random.hpp"
#include "data/inference.hpp"
#include "data/profile.hpp"
#include "data/reader.hpp"
#include "workflow/repeats.hpp"

namespace mlops::workflow {
namespace {

/// Customers as a file: a charge, a plan, and whether they left.
std::string customers(std::size_t n, std::uint64_t seed) {
  Random random(seed);
  std::string csv = "charge,plan,left\n";
  for (std::size_t i = 0; i < n; ++i) {
    const char* plan = random.uniform() < 0.6 ? "basic" : "plus";
    const double charge = 40 + 10 * random.normal() + (plan[0] == 'p' ? 15 : 0);
    csv += fmt::format("{:.4f},{},{}\n", charge, plan, random.uniform() < 0.25 ? "yes" : "no");
  }
  return csv;
}

data::Table table_of(const std::string& csv) {
  return data::read_table_from_bytes(csv, "delivery.csv").table;
}

/// A champion's schema and reference, as 2,000 customers give them.
struct Champion {
  data::Table table = table_of(customers(2000, 1));
  data::Schema schema = data::infer_schema(table, {}, {.target = "left", .positive = "yes"}).schema;
  data::ReferenceProfile profile;

  Champion() {
    data::Predictions answers{.task = data::Task::binary, .n_rows = 2000, .n_classes = 2};
    answers.probabilities.assign(4000, 0.5);
    answers.labels.assign(2000, 0);
    const std::vector<double> importance{0.5, 0.5};
    profile = data::build_profile(schema, data::RowConformer(schema).from_table(table), answers,
                                  importance);
  }

  [[nodiscard]] DeliveryJudgement judge(const data::Table& delivery) const {
    return judge_delivery(delivery, {.schema = schema,
                                     .profile = profile,
                                     .champion = nullptr,
                                     .repeated_share = repeated_share(table, schema),
                                     .class_shares = class_shares(table, schema)});
  }
};

data::Table scaled(data::Table table, double factor) {
  for (double& value : table.columns[0].numbers) value *= factor;
  return table;
}

data::Table only(const data::Table& table, const char* outcome) {
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < table.n_rows; ++row)
    if (table.find("left")->text(row) == outcome) rows.push_back(row);
  return table.select_rows(rows);
}

data::Table repeated(const data::Table& table, double share) {
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < table.n_rows; ++row) {
    const bool again = static_cast<double>(row) < share * static_cast<double>(table.n_rows);
    rows.push_back(again ? row / 2 : row);
  }
  return table.select_rows(rows);
}

}  // namespace

TEST_SUITE("workflow/delivery_judgement") {
  TEST_CASE("more of the same is used, whatever the draw") {
    const Champion champion;
    for (std::uint64_t seed = 10; seed < 40; ++seed) {
      CAPTURE(seed);
      const DeliveryJudgement judgement = champion.judge(table_of(customers(500, seed)));
      CAPTURE(judgement.reason());
      CHECK(judgement.verdict == DeliveryVerdict::use);
    }
  }

  TEST_CASE("poisoned deliveries are quarantined with their cause, drift is only warned about") {
    const Champion champion;
    const data::Table good = table_of(customers(1000, 2));
    data::Table shifted = good;
    for (double& value : shifted.columns[0].numbers) value += 20;
    struct Case {
      const char* name;
      data::Table delivery;
      DeliveryVerdict verdict;
      const char* said;
    };
    const DeliveryVerdict quarantine = DeliveryVerdict::quarantine;
    const Case cases[] = {
        {"a column x100", scaled(good, 100), quarantine, "'charge' looks multiplied by 100"},
        {"months for years", scaled(good, 12), quarantine, "multiplied by 12"},
        {"a class is missing", only(good, "no"), quarantine, "none of its"},
        {"30 % repeats", repeated(good, 0.6), quarantine, "30 % of its rows repeat"},
        {"another table", table_of("a,b\n1,2\n3,4\n"), quarantine, "no column charge, plan, left"},
        {"a column of words", table_of("charge,plan,left\ncheap,basic,no\ndear,plus,yes\n"),
         quarantine, "was a number and now holds 'cheap'"},
        {"a new class", table_of("charge,plan,left\n40,basic,maybe\n"), quarantine,
         "'maybe' that the model does not know"},
        {"no outcomes", table_of("charge,plan,left\n40,basic,\n41,plus,\n42,plus,no\n"), quarantine,
         "have no 'left'"},
        {"prices rose", shifted, DeliveryVerdict::warn, "distributed otherwise"}};
    for (const Case& c : cases) {
      CAPTURE(c.name);
      const DeliveryJudgement judgement = champion.judge(c.delivery);
      CAPTURE(judgement.reason());
      CHECK(judgement.verdict == c.verdict);
      CHECK(judgement.reason().find(c.said) != std::string::npos);
    }
  }

  TEST_CASE("few rows without a class are bad luck, many are not") {
    const Champion champion;
    // A quarter leaves; 20 customers who all stay happen once in 300 deliveries.
    const data::Table good = table_of(customers(1000, 3));
    data::Table few = only(good, "no");
    std::vector<std::size_t> rows(20);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = i;
    CHECK(champion.judge(few.select_rows(rows)).verdict == DeliveryVerdict::use);
    CHECK(champion.judge(few).verdict == DeliveryVerdict::quarantine);
  }

  TEST_CASE("a table without rows is no delivery") {
    const Champion champion;
    const data::Table empty = champion.table.select_rows({});
    CHECK(champion.judge(empty).verdict == DeliveryVerdict::quarantine);
  }

  TEST_CASE("verdicts have names") {
    CHECK(to_string(DeliveryVerdict::use) == "use");
    CHECK(to_string(DeliveryVerdict::warn) == "warn");
    CHECK(to_string(DeliveryVerdict::quarantine) == "quarantine");
  }
}

}  // namespace mlops::workflow
