#include "serve/codec/answer_texts.hpp"

#include "serve/codec/json_text.hpp"

namespace mlops::serve::codec {

AnswerTexts::AnswerTexts(std::string_view model_name, std::uint32_t version_number,
                         const data::Schema& schema)
    : model(json_quoted(model_name)), version(std::to_string(version_number)) {
  for (const std::string& label : schema.classes) classes.push_back(json_quoted(label));
  for (const std::size_t column : schema.feature_columns())
    features.push_back(json_quoted(schema.columns[column].name));
}

}  // namespace mlops::serve::codec
