#include "notify/channel.hpp"
