#include <fmt/format.h>

#include "base/json.hpp"
#include "serve/api_context.hpp"
#include "serve/model_description.hpp"
#include "serve/routes/handlers.hpp"

namespace mlops::serve::handlers {
namespace {

std::string escaped(std::string_view text) {
  std::string html;
  for (const char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

std::string model_rows(const ModelMap& models) {
  if (models.empty())
    return "<tr><td colspan=5>No model is deployed. <code>mlops train DATA --target COL</code> "
           "makes one.</td></tr>";
  std::string rows;
  for (const auto& [name, model] : models) {
    const data::Schema& schema = model->champion->model.schema();
    rows += fmt::format(
        "<tr><td><a href=\"v1/models/{0}\">{0}</a></td><td>{1}</td><td>{2}</td><td>{3}</td>"
        "<td><a href=\"v1/models/{0}/schema\">schema</a> "
        "<a href=\"v1/models/{0}/metrics?range=24h\">metrics</a></td></tr>\n",
        name, model->champion->manifest.version, data::to_string(schema.task),
        escaped(schema.target));
  }
  return rows;
}

}  // namespace

Response listing(ApiContext&, const Request&, const PathParameters&) {
  Json items = Json::array();
  for (const Route& route : routes())
    items.push_back({{"method", to_string(route.method)},
                     {"path", route.pattern},
                     {"operation", route.operation_id},
                     {"summary", route.summary}});
  return {.body = dump_json(Json{{"service", "mlops"}, {"routes", std::move(items)}})};
}

Response landing_page(ApiContext& context, const Request&, const PathParameters&) {
  return {.content_type = "text/html; charset=utf-8",
          .headers = {{"Cache-Control", "no-store"}},
          .body = fmt::format(
              "<!doctype html><html lang=en><meta charset=utf-8><title>mlops</title>"
              "<style>body{{font:16px system-ui;margin:3rem auto;max-width:50rem;padding:0 1rem}}"
              "td,th{{text-align:left;padding:.3rem 1rem .3rem 0}}</style>"
              "<h1>mlops</h1><table><tr><th>model<th>version<th>task<th>target<th></tr>\n{}"
              "</table><p><a href=\"v1\">routes</a> · <a href=\"metrics\">metrics</a> · "
              "<a href=\"readyz\">readiness</a></p></html>\n",
              model_rows(*context.slot.models()))};
}

}  // namespace mlops::serve::handlers
