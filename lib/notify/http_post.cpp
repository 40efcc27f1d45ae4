#include "notify/http_post.hpp"

#include <httplib.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace mlops::notify {
namespace {

struct Url {
  std::string origin;  ///< scheme://host[:port]
  std::string path;    ///< from the first slash, "/" when there is none
};

bool split_url(const std::string& url, Url& result) {
  const std::size_t scheme = url.starts_with("http://") ? 7 : url.starts_with("https://") ? 8 : 0;
  if (scheme == 0 || url.size() == scheme) return false;
  const std::size_t slash = url.find_first_of("/?", scheme);
  result.origin = url.substr(0, slash);
  result.path = slash == std::string::npos ? "/" : url.substr(slash);
  if (result.path.front() == '?') result.path.insert(0, "/");
  return result.origin.size() > scheme;
}

/// Closes the client's connection when the time is up: the library's own limits are per read, so a
/// peer that sends a byte now and then would never end.
class Deadline {
 public:
  Deadline(httplib::Client& client, std::int64_t timeout_micros)
      : thread_([this, &client, timeout_micros] {
          std::unique_lock lock(mutex_);
          if (!wake_.wait_for(lock, std::chrono::microseconds(timeout_micros),
                              [this] { return done_; }))
            client.stop();
        }) {}
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  ~Deadline() {
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  bool done_ = false;
  std::thread thread_;  ///< last: starts when the rest is there
};

HttpAnswer exchange(const HttpPost& request, const Url& url) {
  httplib::Client client(url.origin);
  const auto seconds = static_cast<time_t>(request.timeout_micros / 1'000'000);
  const auto micros = static_cast<time_t>(request.timeout_micros % 1'000'000);
  client.set_connection_timeout(seconds, micros);
  client.set_read_timeout(seconds, micros);
  client.set_write_timeout(seconds, micros);
  httplib::Headers headers;
  for (const auto& [name, value] : request.headers) headers.emplace(name, value);
  const Deadline deadline(client, request.timeout_micros);
  const httplib::Result result = client.Post(url.path, headers, request.body, "application/json");
  if (!result) return {0, httplib::to_string(result.error()), false};
  return {result->status, "", false};
}

}  // namespace

HttpAnswer post(const HttpPost& request) noexcept {
  try {
    Url url;
    if (!split_url(request.url, url)) return {0, "not an http:// or https:// URL", true};
    return exchange(request, url);
  } catch (const std::exception& error) {
    return {0, error.what(), true};
  } catch (...) {
    return {0, "unknown failure", true};
  }
}

}  // namespace mlops::notify
