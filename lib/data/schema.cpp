#include "data/schema.hpp"
