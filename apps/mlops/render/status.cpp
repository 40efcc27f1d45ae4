#include "render/status.hpp"

namespace mlops::render {

using observe::Status;

Role role_of(Status status) noexcept {
  switch (status) {
    case Status::ok:
      return Role::good;
    case Status::warning:
      return Role::warning;
    case Status::critical:
      return Role::critical;
    case Status::unknown:
      return Role::unknown;
  }
  return Role::unknown;
}

std::string status_sign(Status status, const Capabilities& capabilities) {
  const Glyphs& signs = glyphs(capabilities);
  switch (status) {
    case Status::ok:
      return std::string(signs.good);
    case Status::warning:
      return std::string(signs.warning);
    case Status::critical:
      return std::string(signs.critical);
    case Status::unknown:
      return std::string(signs.unknown);
  }
  return std::string(signs.unknown);
}

std::string status_text(Status status, const Capabilities& capabilities) {
  const std::string word(observe::to_string(status));
  if (!capabilities.terminal) return word;
  const std::string sign = status_sign(status, capabilities);
  return capabilities.unicode || status == Status::unknown ? sign + " " + word : sign;
}

int urgency_rank(Status status) noexcept {
  switch (status) {
    case Status::critical:
      return 0;
    case Status::warning:
      return 1;
    case Status::unknown:
      return 2;
    case Status::ok:
      return 3;
  }
  return 3;
}

}  // namespace mlops::render
