// The program's allocator is jemalloc (docs/decisions/008-jemalloc.md); its options, read before
// main. One arena: the threads' caches take the load, and memory freed in training is not kept per
// thread (jemalloc(3), opt.narenas).
extern "C" {
extern const char* const malloc_conf;
const char* const malloc_conf = "narenas:1";
}
