rootProject.name = "junit-harness"
