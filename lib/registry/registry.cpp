#include "registry/registry.hpp"
