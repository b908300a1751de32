"""What a load needs and may take: cores, sessions, disk, memory, time, rate."""
