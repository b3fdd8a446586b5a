// The same as pom.xml, for Gradle 8.8 or later. NOT RUN by this project's tests, which build with Maven alone.

plugins {
    java
}

repositories {
    mavenLocal() // until the library is on a public repository: mvn -B install -DskipTests in its sources
    mavenCentral()
}

java {
    toolchain {
        languageVersion = JavaLanguageVersion.of(17)
    }
}

dependencies {
    testImplementation(platform("dev.allocator:allocator-bom:0.1.0-SNAPSHOT"))
    testImplementation(platform("org.junit:junit-bom:6.1.3"))
    testImplementation("dev.allocator:allocator-junit")
    testImplementation("org.junit.jupiter:junit-jupiter")
    testRuntimeOnly("dev.allocator:provider-qemu")
    testRuntimeOnly("org.junit.platform:junit-platform-launcher")
}

tasks.compileTestJava {
    options.compilerArgs.add("-parameters") // so that messages call parameters by their names
}

tasks.test {
    useJUnitPlatform()
    // Progress and the way to kept machines are printed there.
    testLogging { showStandardStreams = true }
    // What tests publish is found beside their reports.
    systemProperty("junit.platform.reporting.output.dir", layout.buildDirectory.dir("junit").get().asFile.path)
    outputs.upToDateWhen { false }
}
