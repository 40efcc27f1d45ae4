#include "serve/http_engine.hpp"

#include <httplib.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

// Debian compiles the library with all three; without them its classes have another layout.
#if !defined(CPPHTTPLIB_OPENSSL_SUPPORT) || !defined(CPPHTTPLIB_ZLIB_SUPPORT) || \
    !defined(CPPHTTPLIB_BROTLI_SUPPORT)
#error "take cpp-httplib's flags from pkg-config"
#endif

namespace mlops::serve {
namespace {

/// A request in memory to read, an answer in memory to write.
class MemoryStream final : public httplib::Stream {
 public:
  explicit MemoryStream(std::string_view input) : input_(input) {}

  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  ssize_t read(char* to, size_t size) override {
    const std::size_t n = std::min(size, input_.size());
    std::memcpy(to, input_.data(), n);
    input_.remove_prefix(n);
    return static_cast<ssize_t>(n);
  }
  ssize_t write(const char* from, size_t size) override {
    output_.append(from, size);
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return INVALID_SOCKET; }

  std::string take_output() { return std::move(output_); }

 private:
  std::string_view input_;
  std::string output_;
};

/// What the event loop has dealt with (framing, continuing, keeping alive) and what this httplib
/// does badly: ranges without bound, brotli at its slowest level.
bool is_left_out(std::string_view header) {
  constexpr std::string_view kLeftOut[] = {
      "content-length", "transfer-encoding", "expect",          "connection",
      "range",          "accept-encoding",   "content-encoding"};
  return std::find(std::begin(kLeftOut), std::end(kLeftOut), header) != std::end(kLeftOut);
}

/// The head that httplib is shown; the body goes beside it.
std::string head_of(const Request& request) {
  std::string head(to_string(request.method));
  head += ' ';
  head += request.target;
  head += " HTTP/1.1\r\n";
  for (const Header& header : request.headers) {
    if (is_left_out(header.name)) continue;
    head += header.name;
    head += ": ";
    head += header.value;
    head += "\r\n";
  }
  head += "\r\n";
  return head;
}

void fill(httplib::Response& to, Response from) {
  to.status = from.status;
  for (const Header& header : from.headers) to.set_header(header.name, header.value);
  to.set_header("Date", http_date());
  if (from.status != 204 && from.status != 304)
    to.set_content(std::move(from.body), from.content_type);
}

}  // namespace

/// Opens what the library protects: a request processed on a stream of ours.
struct HttpEngine::Impl final : httplib::Server {
  Impl() {
    set_pre_routing_handler([this](const httplib::Request&, httplib::Response& response) {
      fill(response, (*handler)(std::move(request)));
      return HandlerResponse::Handled;
    });
  }

  std::string run() {
    MemoryStream stream(head);
    bool closed = false;
    process_request(stream, !request.keep_alive, closed, nullptr);
    return stream.take_output();
  }

  std::string head;
  Request request;
  const HttpEngine::Handler* handler = nullptr;
};

HttpEngine::HttpEngine() : impl_(std::make_unique<Impl>()) {}

HttpEngine::~HttpEngine() = default;

std::string HttpEngine::run(Request request, const Handler& handler) {
  impl_->head = head_of(request);
  impl_->request = std::move(request);
  impl_->handler = &handler;
  return impl_->run();
}

}  // namespace mlops::serve
