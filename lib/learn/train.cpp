#include "learn/train.hpp"
