#include "serve/listener.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"

namespace mlops::serve {
namespace {

constexpr int kBacklog = 1024;

using AddressList = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

AddressList resolve(const std::string& host, std::uint16_t port) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int code = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found);
  if (code != 0)
    throw Error(ErrorKind::invalid_argument, "serve.bad_host",
                fmt::format("'{}' is not an address to listen on: {}", host, ::gai_strerror(code)),
                "use 127.0.0.1, or 0.0.0.0 for every interface");
  return {found, &::freeaddrinfo};
}

[[noreturn]] void throw_bind_error(const std::string& host, std::uint16_t port, int error_number) {
  if (error_number == EADDRINUSE)
    throw Error(
        ErrorKind::unavailable, "serve.port_in_use",
        fmt::format("port {} on {} is in use by another process", port, host),
        fmt::format("choose another with --port, or see who has it: ss -ltnp 'sport = :{}'", port));
  if (error_number == EADDRNOTAVAIL)
    throw Error(ErrorKind::invalid_argument, "serve.bad_host",
                fmt::format("'{}' is not an address of this machine", host),
                "use 127.0.0.1, or 0.0.0.0 for every interface");
  throw_system_error("listen on", fmt::format("{}:{}", host, port), error_number);
}

std::uint16_t bound_port(int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
  if (address.ss_family == AF_INET6)
    return ntohs(reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port);
  return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

}  // namespace

Listener::Listener(const std::string& host, std::uint16_t port) {
  const AddressList addresses = resolve(host, port);
  int error_number = 0;
  for (const addrinfo* a = addresses.get(); a != nullptr; a = a->ai_next) {
    descriptor_ = ::socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    if (descriptor_ >= 0 &&
        ::setsockopt(descriptor_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        // Accepted sockets inherit it: an answer must not wait for the client's acknowledgement.
        ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0 &&
        ::bind(descriptor_, a->ai_addr, a->ai_addrlen) == 0 &&
        ::listen(descriptor_, kBacklog) == 0) {
      port_ = bound_port(descriptor_);
      return;
    }
    error_number = errno;
    close();
  }
  throw_bind_error(host, port, error_number);
}

Listener::Listener(Listener&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), port_(other.port_) {}

Listener& Listener::operator=(Listener&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(port_, other.port_);
  return *this;
}

Listener::~Listener() {
  close();
}

void Listener::close() noexcept {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

}  // namespace mlops::serve
