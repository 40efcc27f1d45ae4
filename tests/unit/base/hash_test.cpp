#include "base/hash.hpp"

#include <doctest/doctest.h>

#include "base/file.hpp"

namespace mlops {

TEST_SUITE("base/hash") {
  TEST_CASE("SHA-256 gives the published values") {
    // FIPS 180-4 examples as distributed by NIST: the empty message and "abc".
    CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  TEST_CASE("pieces, whole and file give the same digest") {
    Sha256 pieces;
    pieces.update("ab");
    pieces.update("");
    pieces.update("c");
    const TempDirectory directory;
    write_new_file(directory.path() / "f", "abc");
    CHECK(pieces.finish_hex() == sha256_hex("abc"));
    CHECK(sha256_hex_of_file(directory.path() / "f") == sha256_hex("abc"));
  }

  TEST_CASE("HMAC-SHA-256 gives the published value") {
    // RFC 4231, test case 2.
    CHECK(hmac_sha256_hex("Jefe", "what do ya want for nothing?") ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  }

  TEST_CASE("secrets compare by content") {
    CHECK(equal_in_constant_time("token", "token"));
    CHECK_FALSE(equal_in_constant_time("token", "tokem"));
    CHECK_FALSE(equal_in_constant_time("token", "token2"));
    CHECK(equal_in_constant_time("", ""));
  }
}

}  // namespace mlops
