#include "model/model.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "model/pipeline.hpp"
#include "model/self_test.hpp"
#include "unit/model/sample_pipelines.hpp"

namespace mlops::model {
namespace {

Model sample_model(data::Task task) {
  Pipeline pipeline = task == data::Task::regression ? test::regression_pipeline()
                      : task == data::Task::binary   ? test::binary_pipeline()
                                                     : test::multiclass_pipeline();
  return {test::sample_schema(task), std::make_shared<const Pipeline>(std::move(pipeline))};
}

constexpr data::Task kTasks[] = {data::Task::regression, data::Task::binary,
                                 data::Task::multiclass};

/// The kind of error loading gives; nothing when it loads.
std::optional<ErrorKind> load_error(const std::filesystem::path& directory) {
  try {
    static_cast<void>(Model::load(directory));
    return std::nullopt;
  } catch (const Error& error) {
    return error.kind();
  }
}

data::Table sample_table() {
  data::Table table;
  table.n_rows = 3;
  table.columns = {
      {.name = "age", .numeric = true, .numbers = {20, 40, 61.5}},
      {.name = "plan", .codes = {0, 1, data::kMissingCode}, .dictionary = {"plus", "unheard"}},
      {.name = "active", .codes = {0, 1, 0}, .dictionary = {"yes", "no"}},
      {.name = "signup",
       .codes = {0, 1, 0},
       .dictionary = {"2021-03-04 05:06:07", "2022-08-09 10:11:12"}},
  };
  return table;
}

}  // namespace

TEST_SUITE("model/model") {
  TEST_CASE("a saved model loads with the same answers, and saves the same bytes again") {
    const data::ConformedRows rows = test::sample_rows(20);
    for (const data::Task task : kTasks) {
      CAPTURE(data::to_string(task));
      const TempDirectory first;
      const TempDirectory second;
      const Model model = sample_model(task);
      model.save(first.path());
      const Model loaded = Model::load(first.path());
      loaded.save(second.path());
      for (const char* file : {"schema.json", "model.bin"}) {
        CHECK(read_file(first.path() / file) == read_file(second.path() / file));
      }
      CHECK(loaded.predict(rows).values == model.predict(rows).values);
      CHECK(loaded.predict(rows).probabilities == model.predict(rows).probabilities);
      CHECK(loaded.explain(rows).values == model.explain(rows).values);
      CHECK(loaded.description() == model.description());
      CHECK(loaded.schema().target == "answer");
    }
  }

  TEST_CASE("what is absent is not found, what is damaged is corrupt") {
    const TempDirectory directory;
    CHECK(load_error(directory.path()) == ErrorKind::not_found);
    sample_model(data::Task::binary).save(directory.path());
    const std::filesystem::path schema = directory.path() / "schema.json";
    const std::filesystem::path bundle = directory.path() / "model.bin";
    const std::string good_schema = read_file(schema);
    const std::string good_bundle = read_file(bundle);
    std::filesystem::remove(bundle);
    CHECK(load_error(directory.path()) == ErrorKind::not_found);
    for (const std::string& bad : {std::string{}, std::string("{}"), std::string("[1,"),
                                   good_bundle, good_schema.substr(0, 40)}) {
      write_file_atomically(bundle, good_bundle);
      write_file_atomically(schema, bad);
      CHECK(load_error(directory.path()) == ErrorKind::corrupt);
    }
    for (const std::string& bad : {std::string{}, good_schema, good_bundle.substr(1)}) {
      write_file_atomically(schema, good_schema);
      write_file_atomically(bundle, bad);
      CHECK(load_error(directory.path()) == ErrorKind::corrupt);
    }
  }

  TEST_CASE("a pipeline and a schema of different questions do not make a model") {
    const TempDirectory binary;
    const TempDirectory regression;
    sample_model(data::Task::binary).save(binary.path());
    sample_model(data::Task::regression).save(regression.path());
    write_file_atomically(binary.path() / "schema.json",
                          read_file(regression.path() / "schema.json"));
    CHECK(load_error(binary.path()) == ErrorKind::corrupt);
    data::Schema narrow = test::sample_schema(data::Task::binary);
    narrow.columns[0].role = data::ColumnRole::ignored;
    const auto pipeline = std::make_shared<const Pipeline>(test::binary_pipeline());
    CHECK_THROWS_AS(Model(narrow, pipeline), Error);
    data::Schema wide = test::sample_schema(data::Task::binary);
    wide.classes.push_back("maybe");
    CHECK_THROWS_AS(Model(wide, pipeline), Error);
  }

  TEST_CASE("saving where there is no directory is refused") {
    const TempDirectory directory;
    try {
      sample_model(data::Task::binary).save(directory.path() / "absent");
      CHECK_MESSAGE(false, "saved");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::not_found);
    }
  }

  TEST_CASE("the self-test passes for the model that wrote it and for no other") {
    for (const data::Task task : kTasks) {
      CAPTURE(data::to_string(task));
      const TempDirectory directory;
      const Model model = sample_model(task);
      CHECK_THROWS_AS(run_self_test(model, directory.path()), Error);
      write_self_test(model, sample_table(), directory.path());
      CHECK_NOTHROW(run_self_test(model, directory.path()));
      Pipeline changed = model.pipeline();
      changed.members[0].weight *= 1.001;
      const Model other(model.schema(), std::make_shared<const Pipeline>(changed));
      try {
        run_self_test(other, directory.path());
        CHECK_MESSAGE(false, "passed");
      } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::corrupt);
        CHECK(error.code() == "model.self_test_failed");
      }
    }
  }
}

}  // namespace mlops::model
